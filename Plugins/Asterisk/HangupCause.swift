import TandemKit

/// `X-Asterisk-HangupCauseCode: 17` on BYE and failures: a Q.850 cause in a header field of Asterisk's own.
enum HangupCause {
    private static let code: HeaderName = "X-Asterisk-HangupCauseCode"

    /// Moves the cause into `Reason: Q.850` (RFC 3326), unless there is one, and takes Asterisk's fields away.
    static func makeCanonical(_ headers: inout HeaderFields) {
        guard headers.contains(code) else { return }
        if let cause = headers[code].flatMap({ UInt8($0) }).flatMap(Q850Cause.init),
            Failure.cause(in: headers) == nil
        {
            headers.append(.reason, "Q.850;cause=\(cause)")
        }
        headers.remove(code)
        headers.remove("X-Asterisk-HangupCause")
    }
}
