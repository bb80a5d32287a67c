import TandemKit

/// Reads who passed a call on: Diversion (RFC 5806) where present, else History-Info (RFC 7044).
enum DiversionReader {
    /// Most entries taken from one request: longer chains are loops.
    static let entriesMax = 10

    /// The diversions, the first one first.
    static func read(_ headers: HeaderFields) -> [DiversionEntry] {
        let diversions = addresses(.diversion, headers)
        if !diversions.isEmpty {
            // The last diversion stands first in the message (RFC 5806 §5).
            return diversions.reversed().compactMap { entry($0, isHistory: false) }
        }
        // Every entry but the last is a target the call was taken away from; the last is where it goes now.
        return addresses(.historyInfo, headers).dropLast().compactMap { entry($0, isHistory: true) }
    }

    private static func addresses(_ id: HeaderID, _ headers: HeaderFields) -> [NameAddrView] {
        var found: [NameAddrView] = []
        var index = headers.firstIndex(of: id)
        while index >= 0 {
            var rest = headers.valueBytes(at: index)
            while !rest.isEmpty, found.count <= entriesMax {
                if let address = NameAddrView(rest) { found.append(address) }
                rest = AddressValues.afterFirst(rest)
            }
            index = headers.nextIndex(of: id, after: index)
        }
        return found
    }

    private static func entry(_ address: NameAddrView, isHistory: Bool) -> DiversionEntry? {
        guard let (number, host) = IdentityReader.number(in: address.uri) else { return nil }
        var entry = DiversionEntry(
            number: number, host: host, displayName: IdentityReader.plainName(address.displayName))
        if isHistory {
            entry.reason = historyReason(address.uri)
            entry.isPrivate = uriHeaders(address.uri).contains("rivacy=history")
        } else {
            entry.reason = address.parameter(named: "reason").flatMap { reason($0) } ?? .unknown
            entry.isPrivate = address.parameter(named: "privacy")?.equalsIgnoringCase("full") ?? false
            entry.count = address.parameter(named: "counter").flatMap(\.decimal).map { Int($0 % 1000) } ?? 1
        }
        return entry
    }

    private static func reason(_ token: Bytes) -> DiversionEntry.Reason? {
        DiversionEntry.Reason(rawValue: unquoted(token).string.lowercased())
    }

    private static func unquoted(_ token: Bytes) -> Bytes {
        token.count >= 2 && token[0] == 0x22 ? token.slice(from: 1, count: token.count - 2) : token
    }

    /// The `Reason=SIP;cause=302` inside the URI of a History-Info entry, escaped (RFC 7044 §5.2, RFC 4458 §2.2).
    private static func historyReason(_ uri: Bytes) -> DiversionEntry.Reason {
        let text = uriHeaders(uri)
        for (cause, reason) in [
            ("486", DiversionEntry.Reason.userBusy), ("408", .noAnswer), ("480", .unavailable), ("302", .unconditional),
            ("487", .deflection), ("503", .outOfService), ("404", .unavailable),
        ]
        where text.contains("cause=\(cause)") || text.contains("cause%3D\(cause)") || text.contains("cause%3d\(cause)")
        {
            return reason
        }
        return .unknown
    }

    private static func uriHeaders(_ uri: Bytes) -> String {
        URIView(uri)?.headers.string ?? ""
    }
}
