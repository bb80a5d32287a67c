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

    /// The place of a byte of valid UTF-8.
    init(offset: Int, in text: [UInt8]) {
        let before = text.prefix(offset)
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        line = before.count { $0 == 0x0A } + 1
        column = before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1
    }

    /// Orders by line, then by column.
    public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
