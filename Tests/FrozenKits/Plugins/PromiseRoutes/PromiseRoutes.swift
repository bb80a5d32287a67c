import TandemKit

/// Sends every call to its trunks, the second with a number of its own, and turns anonymous callers away.
struct PromiseRoutes: Router {
    struct Settings: PluginSettings {
        var trunks: [String] = []
        var secondNumber = ""
        static var fields: [Field<Self>] {
            [
                .strings("trunks", \.trunks, "The trunks to try, in order"),
                .string("second-number", \.secondNumber, "What the second trunk is sent instead of the called number"),
            ]
        }
    }

    let settings: Settings
    init(settings: Settings) { self.settings = settings }

    var trunks: [String] { settings.trunks }
    var warnings: [String] { settings.trunks.isEmpty ? ["no trunk is named: every call is refused"] : [] }

    func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision {
        guard !query.identity.isAnonymous else {
            log.chose("433", rule: "no anonymous calls")
            return .reject(Failure(status: 433, reason: "Anonymity Disallowed", detail: "promised"))  // RFC 5079
        }
        guard query.called.kind == .e164 else { return .noMatch }
        log.chose(settings.trunks.joined(separator: ", "), rule: "calls from \(query.ingressTrunk)")
        return .trunks(
            settings.trunks.enumerated().map { index, trunk in
                guard index == 1, !settings.secondNumber.isEmpty else { return TrunkChoice(trunk: trunk) }
                return TrunkChoice(
                    trunk: trunk, called: PhoneNumber(settings.secondNumber), failover: FailoverRule(statuses: []))
            })
    }
}

/// Tells the host what this file holds.
@c(tandem_plugin) public func tandemPlugin(_ host: UnsafeMutableRawPointer) {
    Plugin.register(PromiseRoutes.self, in: host)
}
