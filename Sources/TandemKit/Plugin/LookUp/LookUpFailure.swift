/// Why a look-up has brought nothing.
public struct LookUpFailure: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// What a plugin may tell apart.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// The configuration has no source of that name, or the source is of the other kind.
        case noSuchSource
        /// The question can't be asked as it is.
        case malformed
        /// Question or answer have too many bytes or rows.
        case tooLarge
        /// No answer came in time.
        case timedOut
        /// The source can't be reached, opened or read.
        case unreachable
        /// The source takes no more look-ups at present: too many are under way.
        case busy
        /// The source has refused the question: a statement with an error, one that would write.
        case refused
    }

    /// What happened.
    public let kind: Kind
    /// One sentence for people, without a full stop.
    public let sentence: String

    /// Joins kind and sentence.
    public init(_ kind: Kind, _ sentence: String) {
        self.kind = kind
        self.sentence = sentence
    }

    /// The sentence.
    public var description: String { sentence }
}
