/// Bytes that are no bencoded value.
public struct BencodeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where, in bytes from the beginning.
    public let offset: Int
    /// What was expected or is too much.
    public let problem: String

    init(offset: Int, _ problem: String) {
        self.offset = offset
        self.problem = problem
    }

    /// One sentence.
    public var description: String { "\(problem) at byte \(offset)" }
}
