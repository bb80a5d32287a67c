/// A value of the configuration file with its place. Scalars keep the text that was written: `0100` stays `0100`.
public struct ConfigurationNode: Sendable {
    /// One `key: value` of a mapping.
    public struct Entry: Sendable {
        /// The key's text.
        public let key: String
        /// Where the key begins.
        public let position: SourcePosition
        /// The value.
        public let value: ConfigurationNode
    }

    /// The three shapes of YAML, and the value that isn't there.
    public enum Content: Sendable {
        /// A text, a number, a truth value: whatever it means, its text.
        case scalar(String)
        /// A list.
        case list([ConfigurationNode])
        /// A map in the order of the file, keys unique.
        case map([Entry])
        /// A key without a value, or a plain `null` or `~`.
        case empty
    }

    /// What is written there.
    public let content: Content
    /// Where it begins.
    public let position: SourcePosition

    /// Joins a value and its place.
    public init(_ content: Content, at position: SourcePosition) {
        self.content = content
        self.position = position
    }

    /// The shape in words, for error messages.
    var shape: String {
        switch content {
        case .scalar: "a single value"
        case .list: "a list"
        case .map: "a map of keys"
        case .empty: "nothing"
        }
    }
}
