/// Why some bytes are no session description, or why an edit would make them none.
public struct SDPError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line, from 1; 0 when the description as a whole is meant.
    public let line: Int
    /// What is wrong and what was expected, as a sentence.
    public let message: String

    /// Joins a line and a message.
    public init(line: Int, _ message: String) {
        self.line = line
        self.message = message
    }

    /// `line 3: …`.
    public var description: String { line > 0 ? "line \(line): \(message)" : message }
}
