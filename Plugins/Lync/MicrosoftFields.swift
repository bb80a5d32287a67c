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
        var index = headers.count - 1
        while index >= 0 {
            if headers.id(at: index) == .other, isMicrosoft(headers.nameBytes(at: index)) { headers.remove(at: index) }
            index -= 1
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
            guard value.containsIgnoringCase("ms-") || value.containsIgnoringCase("gruu-10") else {
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

    /// `;epid=` behind From and To, `;isGateway` behind Contact. Contact's URI stays whole: requests are sent to it.
    private static func removeParameters(_ headers: inout HeaderFields, _ id: HeaderID) {
        let value = headers.firstValue(of: id)
        guard internalNames.contains(where: { value.containsIgnoringCase($0) }) else { return }
        var addresses = headers.addresses(id)
        for index in addresses.indices {
            addresses[index].parameters.removeAll { isInternal($0.name) }
            if id != .contact { addresses[index].uri.parameters.removeAll { isInternal($0.name) } }
        }
        headers.setAddresses(id, addresses)
    }

    /// What the names of internal parameters begin with.
    private static let internalNames: [StaticString] = [";ms-", ";epid", ";isgateway", ";opaque", ";gruu"]

    private static func isInternal(_ name: String) -> Bool {
        let name = name.lowercased()
        return name.hasPrefix("ms-") || ["epid", "isgateway", "opaque", "gruu"].contains(name)
    }
}

extension Bytes {
    /// Whether the bytes hold a word somewhere, its case aside: a cheap look before anything is copied.
    func containsIgnoringCase(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        var start = 0
        while start + length <= count {
            if slice(from: start, count: length).equalsIgnoringCase(word) { return true }
            start += 1
        }
        return false
    }
}
