/// One change of a number: who changed it, by which rule, from what to what.
public struct NumberStep: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The name of the rule.
    public let rule: String
    /// The plugin instance that holds the rule; `tandem` for a step of the core.
    public let plugin: String
    /// The form before.
    public let before: String
    /// The form after.
    public let after: String

    /// Joins the parts of a step.
    public init(rule: String, plugin: String, before: String, after: String) {
        self.rule = rule
        self.plugin = plugin
        self.before = before
        self.after = after
    }

    /// `dial-plan/4-digit ext: 0100 → +14255550100`.
    public var description: String { "\(plugin)/\(rule): \(before) → \(after)" }
}
