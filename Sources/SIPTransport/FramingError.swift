/// Why a stream can't be cut into messages. Nothing after it on the stream can be trusted: the connection ends.
public struct FramingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: Sendable {
        /// No end of the header within the bound; there is no head to answer.
        case headTooLong
        /// A message on a stream must say how long its body is (RFC 3261 §18.3, §20.14).
        case missingContentLength
        /// The Content-Length is not a number.
        case invalidContentLength
        /// Two Content-Length fields that differ.
        case conflictingContentLength
        /// Header and body together exceed the bound.
        case messageTooLong
    }

    /// What is wrong.
    public let reason: Reason

    /// The status with which to answer the message, when it is a request: 400, or 513 (RFC 3261 §21.5.7).
    public var status: UInt16 {
        switch reason {
        case .headTooLong, .messageTooLong: 513
        case .missingContentLength, .invalidContentLength, .conflictingContentLength: 400
        }
    }

    /// The reason phrase of that answer; it says what is wrong.
    public var reasonPhrase: StaticString {
        switch reason {
        case .headTooLong: "Header Too Large"
        case .missingContentLength: "Missing Content-Length On Stream"
        case .invalidContentLength: "Bad Content-Length"
        case .conflictingContentLength: "Conflicting Content-Length"
        case .messageTooLong: "Message Too Large"
        }
    }

    /// The status and the phrase.
    public var description: String { "\(status) \(reasonPhrase)" }
}
