import TandemKit

/// The SIP extensions that reach from one side of a B2BUA call to the other (RFC 3261 §19.2).
///
/// An extension passes when both ends can use it through us without our help. `100rel` doesn't: reliable provisional
/// responses need PRACK on each leg. So it's taken out of Supported, and a request that requires it is refused.
enum OptionTags {
    private static let passing: [StaticString] = ["timer", "histinfo", "resource-priority", "answermode", "privacy"]

    static func passes(_ tag: Bytes) -> Bool {
        for known in passing where tag.equalsIgnoringCase(known) { return true }
        return false
    }

    /// Writes the tags of all fields of a kind that pass or don't pass, separated by commas.
    static func select(_ id: HeaderID, of headers: HeaderFields, passing: Bool, into writer: ValueWriter) {
        writer.start()
        var index = headers.firstIndex(of: id)
        while index >= 0 {
            let value = headers.valueBytes(at: index)
            var start = 0
            while start <= value.count {
                let end = value.firstIndex(of: 0x2C, from: start) ?? value.count
                let tag = value.slice(from: start, count: end - start).trimmed
                if !tag.isEmpty, passes(tag) == passing {
                    if !writer.bytes.isEmpty { writer.append(", ") }
                    writer.append(tag)
                }
                start = end + 1
            }
            index = headers.nextIndex(of: id, after: index)
        }
    }
}
