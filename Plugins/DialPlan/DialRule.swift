import Patterns
import TandemKit

/// One rule of a dial plan as an operator writes it.
struct DialRule: PluginSettings {
    /// Whose numbers a rule is for.
    enum Party: String, CaseIterable, Sendable {
        case called, calling, both
    }

    /// What the result is.
    enum Kind: String, CaseIterable, Sendable {
        /// What its form says: E.164 with a leading plus, else by its digits.
        case automatic = "auto"
        case e164, national
        case extensionNumber = "extension"
        case shortCode = "short-code"
        case emergency, opaque

        /// The kit's word; nil lets the form decide.
        var numberKind: NumberKind? {
            switch self {
            case .automatic: nil
            case .e164: .e164
            case .national: .national
            case .extensionNumber: .extensionNumber
            case .shortCode: .shortCode
            case .emergency: .emergency
            case .opaque: .opaque
            }
        }
    }

    var name = ""
    var pattern = #"^(\d{11})$"#
    var translation = "+$1"
    var description = ""
    var party = Party.both
    var kind = Kind.automatic

    static var fields: [Field<Self>] {
        [
            .string("name", \.name, "The name of the rule in logs and explanations.", required: true) {
                $0.isEmpty ? "the name is empty" : nil
            },
            .string(
                "pattern", \.pattern, "A regular expression; it need not match the whole number unless it says so.",
                check: Pattern.complaint(about:)),
            .string(
                "translation", \.translation, "The whole new number; $1 or ${name} stands for a group, $$ for a $."),
            .string("description", \.description, "For people."),
            .choice("party", \.party, "Whose numbers the rule is for; both includes those of forwarding parties."),
            .choice("kind", \.kind, "What the new number is; auto tells by its form."),
        ]
    }

    func conflicts() -> [SettingsConflict] {
        do throws(PatternError) { _ = try compiled() } catch {
            return [SettingsConflict("translation", error.description)]
        }
        return []
    }

    /// The rule in the form that is tried on numbers.
    func compiled() throws(PatternError) -> PatternRule {
        let pattern = try Pattern(pattern)
        return PatternRule(pattern, try Translation(translation, for: pattern))
    }
}
