/// One line of a `DecisionLog`.
public struct DecisionEntry: Hashable, Sendable, Codable, CustomStringConvertible {
    /// How a rule fared.
    public enum Outcome: String, Hashable, Sendable, Codable, CaseIterable {
        /// The rule matched and was applied.
        case matched
        /// The rule was tried and did not match.
        case notMatched
        /// The rule could not be applied (a match limit, a broken substitution).
        case failed
        /// The value was chosen: a trunk, a rejection.
        case chosen
    }

    /// The plugin instance that decided; `tandem` for the core.
    public let plugin: String
    /// The name of the rule.
    public let rule: String
    /// The value the rule saw; empty where there is none.
    public let before: String
    /// The value the rule made, or the choice.
    public let after: String
    /// How the rule fared.
    public let outcome: Outcome
    /// A sentence for people; empty when the rest says it all.
    public let note: String

    /// Joins the parts of an entry.
    public init(plugin: String, rule: String, before: String, after: String, outcome: Outcome, note: String = "") {
        self.plugin = plugin
        self.rule = rule
        self.before = before
        self.after = after
        self.outcome = outcome
        self.note = note
    }

    /// One line for a log or a terminal.
    public var description: String {
        let tail = note.isEmpty ? "" : " (\(note))"
        switch outcome {
        case .matched: return "\(plugin)/\(rule): \(before) → \(after)\(tail)"
        case .notMatched: return "\(plugin)/\(rule): \(before) does not match\(tail)"
        case .failed: return "\(plugin)/\(rule): \(before) failed\(tail)"
        case .chosen: return "\(plugin)/\(rule): chose \(after)\(tail)"
        }
    }
}
