import TandemKit

/// Where a REFER wants the other party to go (RFC 3515 §2.1).
struct ReferTarget {
    /// The URI of Refer-To without its headers.
    let uri: [UInt8]
    /// The dialog that the new one is to replace (RFC 3891); nil for none.
    let replaces: ReplacedDialog?

    /// Why a REFER is refused.
    struct Problem: Error {
        let status: UInt16
        let sentence: String
    }

    /// Reads Refer-To, of which there has to be one.
    init(of request: SIPRequest) throws(Problem) {
        let headers = request.headers
        let index = headers.firstIndex(of: HeaderID.referTo)
        guard index >= 0, headers.nextIndex(of: HeaderID.referTo, after: index) < 0,
            let address = NameAddrView(headers.valueBytes(at: index)), let view = URIView(address.uri)
        else { throw Problem(status: 400, sentence: "a REFER needs one Refer-To that can be read") }
        guard view.isSIP || view.isSIPS || view.isTel else {
            throw Problem(status: 416, sentence: "Refer-To is no URI of a telephone")
        }
        if let method = view.parameter(named: "method"), !method.equalsIgnoringCase("INVITE") {
            throw Problem(status: 501, sentence: "Refer-To asks for \(method.string), not for a call")
        }
        let question = address.uri.firstIndex(of: 0x3F) ?? address.uri.count
        uri = address.uri.prefix(question).array
        guard let value = Self.header("Replaces", of: view.headers) else {
            replaces = nil
            return
        }
        guard let replaced = value.withUnsafeBytes({ ReplacedDialog(Bytes($0)) }) else {
            throw Problem(status: 400, sentence: "the Replaces in Refer-To can't be read")
        }
        replaces = replaced
    }

    /// The value of one of a URI's headers, its escapes taken out.
    private static func header(_ name: StaticString, of headers: Bytes) -> [UInt8]? {
        var start = 0
        while start < headers.count {
            let end = headers.firstIndex(of: 0x26, from: start) ?? headers.count
            let header = headers.slice(from: start, count: end - start)
            let equals = header.firstIndex(of: 0x3D) ?? header.count
            if header.prefix(equals).equalsIgnoringCase(name) { return unescaped(header.suffix(from: equals + 1)) }
            start = end + 1
        }
        return nil
    }

    private static func unescaped(_ text: Bytes) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == 0x25, index + 2 < text.count, let high = digit(text[index + 1]),
                let low = digit(text[index + 2])
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(text[index])
                index += 1
            }
        }
        return result
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}

/// The dialog that Replaces names (RFC 3891 §6.1): its tags are seen from whoever gets the request with it.
struct ReplacedDialog {
    let callID: [UInt8]
    let toTag: [UInt8]
    let fromTag: [UInt8]
    let isEarlyOnly: Bool

    /// Reads the value of Replaces; nil when it is malformed.
    init?(_ value: Bytes) {
        guard let replaces = try? Replaces(parsing: value) else { return nil }
        callID = Array(replaces.callID.utf8)
        toTag = Array(replaces.toTag.utf8)
        fromTag = Array(replaces.fromTag.utf8)
        isEarlyOnly = replaces.isEarlyOnly
    }
}
