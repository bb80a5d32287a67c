/// The History-Info header field (RFC 7044) as a list of diversions: each entry but the last passed the call on, and
/// the last is where it goes now. Causes are those of RFC 4458, mapped to reasons as RFC 7544 §3.1 does.
enum HistoryInfo {
    /// The most entries that are read from one request.
    static var countMax: Int { 20 }

    private struct Entry {
        var diversion: DiversionEntry
        /// `;cause=` of the URI: why the entry *before* was left (RFC 4458 §2.1).
        var causeOfArrival: UInt64?
        /// `?Reason=SIP;cause=` of the URI: why this entry was left (RFC 7044 §10.2).
        var causeOfLeaving: UInt64?
    }

    /// The diversions of a request, first diversion first.
    static func read(_ headers: HeaderFields) -> [DiversionEntry] {
        var entries: [Entry] = []
        headers.forEachAddress(.historyInfo) { view in
            guard entries.count < countMax, let entry = read(view) else { return }
            entries.append(entry)
        }
        guard entries.count > 1 else { return [] }
        return zip(entries, entries.dropFirst()).map { entry, next in
            var diversion = entry.diversion
            diversion.reason = reason(for: next.causeOfArrival ?? entry.causeOfLeaving)
            return diversion
        }
    }

    private static func read(_ view: NameAddrView) -> Entry? {
        guard let uri = URIView(view.uri), let number = PhoneNumber(uri: uri) else { return nil }
        var entry = Entry(
            diversion: DiversionEntry(
                number: number, host: uri.host.string, displayName: DisplayName.plain(view.displayName)))
        entry.causeOfArrival = uri.parameter(named: "cause")?.decimal
        for header in uri.headers.string.split(separator: "&") {
            guard let text = PercentCoding.decode(String(header))?.lowercased() else { continue }
            if text.hasPrefix("privacy="), text.contains("history") { entry.diversion.isPrivate = true }
            if text.hasPrefix("reason=sip"), let found = text.range(ofASCII: "cause=") {
                entry.causeOfLeaving = UInt64(text[found...].prefix { $0.isNumber })
            }
        }
        return entry
    }

    /// Adds the diversions and the present target to a request.
    static func write(
        _ entries: [DiversionEntry], target: PhoneNumber, to headers: inout HeaderFields, trunk: TrunkFacts,
        profile: GatewayProfile
    ) {
        guard !entries.isEmpty else { return }
        var index = "1"
        var arrival = ""
        for entry in entries {
            let cause = cause(for: entry.reason)
            let privacy = entry.isPrivate ? "&Privacy=history" : ""
            let left = "\(arrival)?Reason=SIP%3Bcause%3D\(cause)\(privacy)"
            headers.append(
                .historyInfo, "\(entry.address(trunk: trunk, profile: profile, uriParameters: left));index=\(index)")
            arrival = ";cause=\(cause)"
            index += ".1"
        }
        let uri = target.sipURI(at: trunk.uriDomain, profile: profile)
        headers.append(.historyInfo, "<\(uri)\(arrival)>;index=\(index)")
    }

    private static func reason(for cause: UInt64?) -> DiversionEntry.Reason {
        switch cause {
        case 302: .unconditional
        case 486: .userBusy
        case 408: .noAnswer
        case 480, 487: .deflection
        case 503: .unavailable
        default: .unknown
        }
    }

    private static func cause(for reason: DiversionEntry.Reason) -> Int {
        switch reason {
        case .unconditional: 302
        case .userBusy: 486
        case .noAnswer: 408
        case .deflection: 480
        case .unavailable: 503
        case .unknown, .timeOfDay, .doNotDisturb, .followMe, .outOfService, .away, .transfer: 404
        }
    }
}

extension String {
    /// The position behind the first occurrence of an ASCII word; nil when it does not occur.
    fileprivate func range(ofASCII word: String) -> String.Index? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(word) { return index(start, offsetBy: word.count) }
            start = index(after: start)
        }
        return nil
    }
}
