/// One thing that is wrong with some settings: where, what, and what would be right.
public struct SettingsError: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The line, from 1; 0 when unknown.
    public let line: Int
    /// The column, from 1; 0 when unknown.
    public let column: Int
    /// The setting: `rules[2].pattern`; empty for the settings as a whole.
    public let path: String
    /// What is wrong and what would be right, as a sentence.
    public let message: String

    /// Joins the parts of an error.
    public init(line: Int, column: Int, path: String, message: String) {
        self.line = line
        self.column = column
        self.path = path
        self.message = message
    }

    /// `line 12, column 5: rules[2].pattern: …`.
    public var description: String {
        let place = line > 0 ? "line \(line), column \(column): " : ""
        return path.isEmpty ? place + message : "\(place)\(path): \(message)"
    }
}

/// Everything that is wrong with some settings, in the order of the file.
public struct SettingsErrors: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The errors; never empty.
    public let errors: [SettingsError]

    /// Joins errors.
    public init(_ errors: [SettingsError]) { self.errors = errors }

    /// One error a line.
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}
