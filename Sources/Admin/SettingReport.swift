/// One setting of a plugin, for the operator who writes it.
public struct SettingReport: Codable, Hashable, Sendable {
    /// The key with the keys around it, like `rules[].pattern`.
    public var name: String
    /// What may be written, in words.
    public var value: String
    /// The default as JSON, which is YAML too; nil when there is none.
    public var standard: String?
    /// Whether it must be set.
    public var isRequired: Bool
    /// What it does, as a sentence.
    public var help: String

    /// Joins the facts.
    public init(name: String, value: String, standard: String?, isRequired: Bool, help: String) {
        self.name = name
        self.value = value
        self.standard = standard
        self.isRequired = isRequired
        self.help = help
    }
}
