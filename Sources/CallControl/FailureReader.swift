import TandemKit

/// Reads what a failure response says about a call: status, Q.850 cause, and what Tandem makes of both.
enum FailureReader {
    /// The failure that a final response of a trunk's peer means, after the trunk's response translation.
    static func read(_ response: SIPResponse, trunk: TrunkContext) -> Failure {
        let cause = q850Cause(in: response.headers)
        let received = response.status
        let translated = trunk.translation.translate(received, cause: cause.map { Int16($0.raw) } ?? -1)
        let status = translated == received ? ownStatus(for: received) : translated
        return Failure(
            status: status, cause: cause, diagnostic: .peerRefused, detail: "\(trunk.name) answered \(received)")
    }

    /// What a response that concerns only us and the peer means to the caller: we follow no redirection (its addresses
    /// are the peer's), and a challenge is ours to meet.
    private static func ownStatus(for status: UInt16) -> UInt16 {
        switch status {
        case 300..<400: 480
        case 401, 407: 403
        default: status
        }
    }

    /// The cause of a `Reason: Q.850;cause=n` (RFC 3326); nil when there is none.
    static func q850Cause(in headers: HeaderFields) -> Q850Cause? {
        var index = headers.firstIndex(of: HeaderID.reason)
        while index >= 0 {
            if let cause = q850Cause(in: headers.valueBytes(at: index)) { return cause }
            index = headers.nextIndex(of: HeaderID.reason, after: index)
        }
        return nil
    }

    private static func q850Cause(in value: Bytes) -> Q850Cause? {
        var start = 0
        while start < value.count {
            let end = value.firstIndex(of: 0x2C, from: start) ?? value.count
            let reason = value.slice(from: start, count: end - start).trimmed
            if reason.prefix(5).equalsIgnoringCase("Q.850") { return cause(in: reason.suffix(from: 5)) }
            start = end + 1
        }
        return nil
    }

    private static func cause(in parameters: Bytes) -> Q850Cause? {
        var start = 0
        while start < parameters.count {
            let end = parameters.firstIndex(of: 0x3B, from: start) ?? parameters.count
            let parameter = parameters.slice(from: start, count: end - start).trimmed
            if parameter.prefix(6).equalsIgnoringCase("cause="), let number = parameter.suffix(from: 6).decimal {
                return number < 128 ? Q850Cause(UInt8(number)) : nil
            }
            start = end + 1
        }
        return nil
    }
}
