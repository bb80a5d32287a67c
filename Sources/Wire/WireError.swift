/// Bytes that are not what they should be.
public struct WireError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where, in bytes from the beginning.
    public let offset: Int
    /// What is wrong.
    public let problem: String

    /// Says where and what.
    public init(offset: Int, _ problem: String) {
        self.offset = offset
        self.problem = problem
    }

    /// One sentence.
    public var description: String { "\(problem) at byte \(offset)" }
}
