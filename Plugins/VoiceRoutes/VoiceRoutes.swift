import Patterns
import TandemKit

/// Chooses the trunks of a call by its called number: routes in order, each a pattern and the trunks to try. The first
/// route that matches decides; a later one is looked at only when an earlier one does not match.
struct VoiceRoutes: Router {
    /// What an operator may set.
    struct Settings: PluginSettings {
        /// The most routes of one list.
        static let routeCountMax = 500

        var routes: [VoiceRoute] = []
        var failover = FailoverSettings()

        static var fields: [Field<Self>] {
            [
                .records("routes", \.routes, "The routes, tried from the first on; the first that matches decides."),
                .record("failover", \.failover, "When a failed attempt moves on to a route's next trunk."),
            ]
        }

        func conflicts() -> [SettingsConflict] {
            if routes.count > Self.routeCountMax {
                return [
                    SettingsConflict("routes", "there are \(routes.count) routes; write at most \(Self.routeCountMax)")
                ]
            }
            return RuleNames.repeated(in: routes.map(\.name)).map {
                SettingsConflict("routes", "two routes have the name '\($0)'; the log could not tell them apart")
            }
        }
    }

    let warnings: [String]
    let trunks: [String]
    private let names: [String]
    private let choices: [RouteChoices]
    private let rules: RuleList

    init(settings: Settings) throws {
        let failover = settings.failover.rule
        names = settings.routes.map(\.name)
        choices = settings.routes.map { RouteChoices($0, failover: failover) }
        rules = RuleList(try settings.routes.map { PatternRule(try Pattern($0.pattern)) })
        warnings = VoiceRouteWarnings.of(settings.routes)
        trunks = settings.routes.flatMap(\.trunks)
    }

    func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision {
        let number = query.called.text
        let match = rules.firstMatch(of: number, isExplaining: log.isExplaining) { index, miss in
            switch miss {
            case .notMatched: log.tried(rule: names[index], on: number)
            case .failed(let cause): log.failed(rule: names[index], on: number, note: cause)
            }
        }
        guard let match else { return .noMatch }
        // An explanation is no call: it must not take a call's turn.
        let order = choices[match.index].order(takingTurn: !log.isExplaining)
        log.matched(rule: names[match.index], before: number, after: order.text)
        return order.decision
    }
}

/// The entry point.
@c(tandem_plugin) public func tandemPlugin(_ host: UnsafeMutableRawPointer) {
    Plugin.register(VoiceRoutes.self, in: host)
}
