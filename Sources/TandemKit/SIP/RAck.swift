/// What a PRACK acknowledges (RFC 3262 §7.2): `776656 1 INVITE`.
@frozen public struct RAck: HeaderValue {
    /// RAck.
    public static var headerName: HeaderName { .rAck }

    /// The RSeq of the response.
    public let sequence: UInt32
    /// The CSeq of the response.
    public let cseq: CSeq

    /// Joins the RSeq and the CSeq of a response.
    @inlinable public init(sequence: UInt32, cseq: CSeq) {
        self.sequence = sequence
        self.cseq = cseq
    }

    /// Reads `RSeq number method`.
    public init(parsing value: Bytes) throws(SIPParseError) {
        var scanner = ByteScanner(value)
        guard let number = scanner.number(), number <= UInt64(UInt32.max) else {
            throw SIPParseError(offset: 0, field: .rAck, expected: "the number of RSeq")
        }
        sequence = UInt32(number)
        let gap = scanner.index
        scanner.skipWhitespace()
        guard scanner.index > gap else {
            throw SIPParseError(offset: gap, field: .rAck, expected: "a space and the value of CSeq")
        }
        cseq = try CSeq(parsing: value.suffix(from: scanner.index))
    }

    /// The value as it is written.
    public var description: String { "\(sequence) \(cseq)" }
}
