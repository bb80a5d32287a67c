/// One setting as documentation and schema show it.
public struct FieldDescription: Hashable, Sendable, Codable {
    /// The type of a setting.
    public indirect enum Kind: Hashable, Sendable, Codable {
        /// `true` or `false`.
        case bool
        /// A whole number in a range.
        case int(ClosedRange<Int>)
        /// A text.
        case string
        /// A length of time: `10s`, `1500ms`, `4h`.
        case duration
        /// One of several words.
        case choice([String])
        /// A list of texts.
        case strings
        /// A map with settings of its own.
        case record([FieldDescription])
        /// A list of such maps.
        case records([FieldDescription])
        /// A map of texts.
        case map
    }

    /// The key.
    public let name: String
    /// The type.
    public let kind: Kind
    /// What it does, as a sentence.
    public let help: String
    /// Whether it must be set.
    public let isRequired: Bool
    /// The default as JSON; nil when there is none.
    public let defaultJSON: String?
}
