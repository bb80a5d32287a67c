import Patterns
import TandemKit

/// One route as an operator writes it.
struct VoiceRoute: PluginSettings {
    /// The most trunks of one route.
    static let trunkCountMax = 64

    /// In which order a route's trunks are tried.
    enum Balance: String, CaseIterable, Sendable {
        /// As written: the later ones serve when the first one fails.
        case ordered
        /// Each call begins with the next one.
        case roundRobin = "round-robin"
    }

    var name = ""
    var pattern = ""
    var trunks: [String] = []
    var balance = Balance.ordered
    var description = ""

    static var fields: [Field<Self>] {
        [
            .string("name", \.name, "The name of the route in logs and explanations.", required: true) {
                $0.isEmpty ? "the name is empty" : nil
            },
            .string(
                "pattern", \.pattern, "A regular expression that the called number must match, usually its beginning.",
                required: true, check: Pattern.complaint(about:)),
            .strings("trunks", \.trunks, "The trunks to try, in order.", required: true) {
                $0.isEmpty ? "the name of the trunk is empty" : nil
            },
            .choice("balance", \.balance, "Whether every call begins with the first trunk, or each with the next."),
            .string("description", \.description, "For people."),
        ]
    }

    func conflicts() -> [SettingsConflict] {
        if trunks.isEmpty { return [SettingsConflict("trunks", "the route has no trunk; name at least one")] }
        if trunks.count > Self.trunkCountMax {
            return [
                SettingsConflict("trunks", "the route has \(trunks.count) trunks; name at most \(Self.trunkCountMax)")
            ]
        }
        return RuleNames.repeated(in: trunks).map {
            SettingsConflict("trunks", "the trunk '\($0)' stands twice; an attempt on it would only be repeated")
        }
    }
}
