/// A piece of configuration as the operator wrote it: scalars keep their text untouched (`0100` stays `0100`), and
/// every node knows where it stood.
public struct SettingsValue: Hashable, Sendable, Codable {
    /// What a node holds.
    public indirect enum Content: Hashable, Sendable, Codable {
        /// Nothing was written.
        case null
        /// A text; numbers and truth values are texts too.
        case scalar(String)
        /// Several values in order.
        case list([SettingsValue])
        /// Named values in order.
        case map([SettingsEntry])
    }

    /// What the node holds.
    public let content: Content
    /// The line on which it begins, from 1; 0 when it came from no file.
    public let line: Int
    /// The column at which it begins, from 1; 0 when it came from no file.
    public let column: Int

    /// Joins a content and its place.
    public init(_ content: Content, line: Int = 0, column: Int = 0) {
        self.content = content
        self.line = line
        self.column = column
    }

    /// No settings at all.
    public static var empty: SettingsValue { SettingsValue(.map([])) }

    /// The value of a key of a map; nil when absent or no map.
    public subscript(key: String) -> SettingsValue? {
        guard case .map(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// The text of a scalar; nil for anything else.
    public var text: String? {
        guard case .scalar(let text) = content else { return nil }
        return text
    }

    /// What kind of node it is, in an operator's words.
    var kindName: String {
        switch content {
        case .null: "nothing"
        case .scalar(let text): "`\(text)`"
        case .list: "a list"
        case .map: "a map"
        }
    }
}

/// One `key: value` of a map.
public struct SettingsEntry: Hashable, Sendable, Codable {
    /// The key as written.
    public let key: String
    /// The line of the key, from 1.
    public let line: Int
    /// The column of the key, from 1.
    public let column: Int
    /// The value.
    public let value: SettingsValue

    /// Joins a key, its place and its value.
    public init(_ key: String, _ value: SettingsValue, line: Int = 0, column: Int = 0) {
        self.key = key
        self.value = value
        self.line = line
        self.column = column
    }
}
