import TandemKit

/// Header fields, option tags and parameters that mean something only inside a Lync deployment.
enum MicrosoftFields {
    /// Takes them all away. The fields that every message carries are looked at as bytes first, so that a message
    /// without any costs no copy.
    static func remove(from headers: inout HeaderFields) {
        removeFields(&headers)
        removeOptionTags(&headers)
        removeParameters(&headers, .from)
        removeParameters(&headers, .to)
        removeParameters(&headers, .contact)
    }

    /// `ms-call-source`, `ms-diagnostics`, `ms-application-via`, `ms-mediation-generated` and their like.
    private static func removeFields(_ headers: inout HeaderFields) {
        var index = headers.nextIndex(of: HeaderID.other, after: -1)
        while index >= 0 {
            if isMicrosoft(headers.nameBytes(at: index)) {
                headers.remove(at: index)
                index -= 1
            }
            index = headers.nextIndex(of: HeaderID.other, after: index)
        }
    }

    private static func isMicrosoft(_ token: Bytes) -> Bool {
        token.count > 3 && token.prefix(3).equalsIgnoringCase("ms-")
    }

    /// `Supported: gruu-10, ms-early-media`: extensions that nobody outside knows.
    private static func removeOptionTags(_ headers: inout HeaderFields) {
        var index = headers.firstIndex(of: HeaderID.supported)
        while index >= 0 {
            let value = headers.valueBytes(at: index)
            guard mayHoldInternalTag(value) else {
                index = headers.nextIndex(of: HeaderID.supported, after: index)
                continue
            }
            let tags = value.string.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }
            let kept = tags.filter { !$0.lowercased().hasPrefix("ms-") && $0.lowercased() != "gruu-10" }
            if kept.isEmpty {
                headers.remove(at: index)
                index -= 1
            } else if kept.count < tags.count {
                headers.setValue(at: index, kept.joined(separator: ", "))
            }
            index = headers.nextIndex(of: HeaderID.supported, after: index)
        }
    }

    /// Whether an internal tag may stand in a list of option tags: those all have a hyphen, and few others do.
    private static func mayHoldInternalTag(_ tags: Bytes) -> Bool { tags.firstIndex(of: UInt8(ascii: "-")) != nil }

    /// `;epid=` behind From and To, `;isGateway` behind Contact. Contact's URI stays whole: requests are sent to it.
    private static func removeParameters(_ headers: inout HeaderFields, _ id: HeaderID) {
        let value = headers.firstValue(of: id)
        guard mayHoldInternalParameter(value) else { return }
        var addresses = headers.addresses(id)
        for index in addresses.indices {
            addresses[index].parameters.removeAll { isInternal($0.name) }
            if id != .contact { addresses[index].uri.parameters.removeAll { isInternal($0.name) } }
        }
        headers.setAddresses(id, addresses)
    }

    /// Whether an internal parameter may stand in a value: a look at what follows each semicolon, before anything is
    /// copied.
    private static func mayHoldInternalParameter(_ value: Bytes) -> Bool {
        var start = 0
        while let semicolon = value.firstIndex(of: UInt8(ascii: ";"), from: start) {
            start = semicolon + 1
            guard start < value.count else { return false }
            switch value[start] | 0x20 {
            case UInt8(ascii: "m") where value.holds("ms-", at: start): return true
            case UInt8(ascii: "e") where value.holds("epid", at: start): return true
            case UInt8(ascii: "i") where value.holds("isgateway", at: start): return true
            case UInt8(ascii: "o") where value.holds("opaque", at: start): return true
            case UInt8(ascii: "g") where value.holds("gruu", at: start): return true
            default: break
            }
        }
        return false
    }

    private static func isInternal(_ name: String) -> Bool {
        let name = name.lowercased()
        return name.hasPrefix("ms-") || ["epid", "isgateway", "opaque", "gruu"].contains(name)
    }
}

extension Bytes {
    /// Whether a word stands at a place, its case aside.
    fileprivate func holds(_ word: StaticString, at index: Int) -> Bool {
        slice(from: index, count: word.utf8CodeUnitCount).equalsIgnoringCase(word)
    }
}
