/// A place in the configuration file, both numbers from 1; columns count Unicode scalars.
public struct SourcePosition: Hashable, Comparable, Sendable {
    /// The line.
    public let line: Int
    /// The column.
    public let column: Int

    /// Joins a line and a column.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Orders by line, then by column.
    public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
