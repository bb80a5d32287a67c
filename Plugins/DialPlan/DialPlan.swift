import Patterns
import TandemKit

/// Brings dialled and calling numbers into the form that routes are written for, by rules in order: the first whose
/// pattern matches wins, and its translation becomes the number.
struct DialPlan: Normalizer {
    /// What an operator may set.
    struct Settings: PluginSettings {
        /// The most rules of one plan.
        static let ruleCountMax = 500

        var rules: [DialRule] = []

        static var fields: [Field<Self>] {
            [.records("rules", \.rules, "The rules, tried from the first on; the first that matches wins.")]
        }

        func conflicts() -> [SettingsConflict] {
            if rules.count > Self.ruleCountMax {
                return [SettingsConflict("rules", "there are \(rules.count) rules; write at most \(Self.ruleCountMax)")]
            }
            return RuleNames.repeated(in: rules.map(\.name)).map {
                SettingsConflict("rules", "two rules have the name '\($0)'; the log could not tell them apart")
            }
        }
    }

    let warnings: [String]
    private let called: PartyPlan
    private let calling: PartyPlan
    private let diverting: PartyPlan

    init(settings: Settings) throws {
        called = try PartyPlan(settings.rules.filter { $0.party != .calling })
        calling = try PartyPlan(settings.rules.filter { $0.party != .called })
        diverting = try PartyPlan(settings.rules.filter { $0.party == .both })
        warnings = DialPlanWarnings.of(settings.rules)
    }

    func normalize(
        _ number: inout PhoneNumber, in context: NumberContext, log: inout DecisionLog
    ) throws(NormalizationError) {
        switch context.party {
        case .called: called.apply(to: &number, &log)
        case .calling: calling.apply(to: &number, &log)
        case .diverting: diverting.apply(to: &number, &log)
        @unknown default: break
        }
    }
}

/// The entry point.
@c(tandem_plugin) public func tandemPlugin(_ host: UnsafeMutableRawPointer) {
    Plugin.register(DialPlan.self, in: host)
}
