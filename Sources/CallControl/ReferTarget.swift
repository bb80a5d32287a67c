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
        if view.headers.isEmpty {
            replaces = nil
            return
        }
        guard let parsed = try? SIPURI(parsing: address.uri) else {
            throw Problem(status: 400, sentence: "the headers in Refer-To can't be read")
        }
        guard let value = parsed.headers["Replaces"] else {
            replaces = nil
            return
        }
        guard let replaced = Array(value.utf8).withUnsafeBytes({ ReplacedDialog(Bytes($0)) }) else {
            throw Problem(status: 400, sentence: "the Replaces in Refer-To can't be read")
        }
        replaces = replaced
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
