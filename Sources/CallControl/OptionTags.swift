import TandemKit

/// The SIP extensions that reach from one side of a B2BUA call to the other (RFC 3261 §19.2).
///
/// An extension passes when both ends can use it through us without our help. Some end at us: each leg has its own
/// session timer and its own reliable provisional responses. All others are taken out of Supported, and a request that requires one is refused.
enum OptionTags {
    private static let passing: [StaticString] = ["histinfo", "resource-priority", "answermode", "privacy"]

    static func passes(_ tag: Bytes) -> Bool {
        for known in passing where tag.equalsIgnoringCase(known) { return true }
        return false
    }

    /// Writes the tags of Require that neither pass nor end at us.
    static func selectUnsupported(of headers: HeaderFields, at trunk: TrunkContext, into writer: ValueWriter) {
        writer.start()
        append(.require, of: headers, into: writer) { !passes($0) && !trunk.supports($0) }
    }

    /// Writes the tags of Proxy-Require that a proxy like us does not serve.
    static func selectUnproxied(of headers: HeaderFields, into writer: ValueWriter) {
        writer.start()
        append(.proxyRequire, of: headers, into: writer) { !passes($0) && !$0.equalsIgnoringCase("timer") }
    }

    /// Adds the tags of all fields of a kind that pass to what was written.
    static func appendPassing(_ id: HeaderID, of headers: HeaderFields, into writer: ValueWriter) {
        append(id, of: headers, into: writer, where: passes)
    }

    private static func append(
        _ id: HeaderID, of headers: HeaderFields, into writer: ValueWriter, where isWanted: (Bytes) -> Bool
    ) {
        var index = headers.firstIndex(of: id)
        while index >= 0 {
            let value = headers.valueBytes(at: index)
            var start = 0
            while start <= value.count {
                let end = value.firstIndex(of: 0x2C, from: start) ?? value.count
                let tag = value.slice(from: start, count: end - start).trimmed
                if !tag.isEmpty, isWanted(tag) {
                    if !writer.bytes.isEmpty { writer.append(", ") }
                    writer.append(tag)
                }
                start = end + 1
            }
            index = headers.nextIndex(of: id, after: index)
        }
    }
}
