/// What is wrong with a received message or a value in it, and where.
public struct SIPParseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// How many bytes before the place: from the start of the message, or of the value when it was parsed on its own.
    public let offset: Int
    /// The response status that says this to the sender (RFC 3261 §21.4): 400, 413, 505 or 513.
    public let status: UInt16
    /// Whether RFC 3261 lets the receiver answer at all: a request that is no ACK and whose topmost Via can be read.
    /// Everything else is dropped in silence.
    public internal(set) var isAnswerable: Bool
    let fieldID: HeaderID
    let place: StaticString
    let expectation: StaticString

    init(
        offset: Int, field: HeaderID = .other, place: StaticString = "", expected: StaticString, status: UInt16 = 400
    ) {
        self.offset = offset
        self.status = status
        self.place = place
        isAnswerable = false
        fieldID = field
        expectation = expected
    }

    /// The header field or part of the message in question, such as `CSeq` or `Request-URI`; nil when unknown.
    public var field: String? {
        if fieldID != .other { return "\(fieldID.name)" }
        return place.utf8CodeUnitCount > 0 ? "\(place)" : nil
    }

    /// What should have been there.
    public var expected: String { "\(expectation)" }

    /// A reason phrase for the answer: says what is wrong and where, holds nothing that the sender wrote.
    public var reasonPhrase: String {
        let what = field.map { "Bad \($0)" } ?? "Bad Message"
        return "\(what) (byte \(offset): expected \(expected))"
    }

    /// The reason phrase.
    public var description: String { reasonPhrase }

    /// The same error, found in a value that begins `base` bytes into the message, as part of `field`.
    func moved(by base: Int, field: HeaderID) -> SIPParseError {
        var error = SIPParseError(
            offset: base + offset, field: field, place: place, expected: expectation, status: status)
        error.isAnswerable = isAnswerable
        return error
    }

    /// Whether both say the same.
    public static func == (left: SIPParseError, right: SIPParseError) -> Bool {
        left.offset == right.offset && left.status == right.status && left.isAnswerable == right.isAnswerable
            && left.field == right.field && left.expected == right.expected
    }

    /// Hashes the place.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(offset)
        hasher.combine(status)
        hasher.combine(fieldID)
    }
}
