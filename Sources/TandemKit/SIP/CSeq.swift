/// The number and method of a request within its dialog (RFC 3261 §20.16).
@frozen public struct CSeq: Hashable, Sendable {
    /// The sequence number, below 2³¹.
    public let number: UInt32
    /// The method; of a method without a number, `methodBytes` of the message tells the name.
    public let method: SIPMethod

    /// Joins a number and a method.
    @inlinable public init(number: UInt32, method: SIPMethod) {
        self.number = number
        self.method = method
    }

    /// Reads the value of a CSeq header field.
    public init(parsing value: Bytes) throws(SIPParseError) {
        self = try CSeq.parse(value).cseq
    }

    /// The value and the method token.
    static func parse(_ value: Bytes) throws(SIPParseError) -> (cseq: CSeq, token: Bytes) {
        var scanner = ByteScanner(value)
        guard let number = scanner.number(), number < 1 << 31 else {
            throw SIPParseError(offset: 0, field: .cseq, expected: "a number below 2147483648")
        }
        let gap = scanner.index
        scanner.skipWhitespace()
        let hasGap = scanner.index > gap
        let rest = scanner.slice(from: scanner.index, to: value.count)
        let likely = SIPMethod(rest)
        if hasGap, likely != .other { return (CSeq(number: UInt32(number), method: likely), rest) }
        let token = scanner.token()
        guard hasGap, !token.isEmpty else {
            throw SIPParseError(offset: gap, field: .cseq, expected: "a space and a method")
        }
        guard scanner.isAtEnd else {
            throw SIPParseError(offset: scanner.index, field: .cseq, expected: "the end of the value")
        }
        return (CSeq(number: UInt32(number), method: .other), token)
    }
}
