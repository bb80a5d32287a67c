import TandemKit

struct AcmeRoutes: Router {
    struct Settings: PluginSettings {
        var trunks = ["gateway"]
        static var fields: [Field<Self>] { [.strings("trunks", \.trunks, "The trunks to try, in order")] }
    }
    let settings: Settings
    init(settings: Settings) { self.settings = settings }
    /// `tandem check` refuses a configuration that lacks one of them.
    var trunks: [String] { settings.trunks }

    func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision {
        guard !query.identity.isAnonymous else {
            log.chose("433", rule: "no anonymous calls")
            return .reject(Failure(status: 433, reason: "Anonymity Disallowed"))  // RFC 5079
        }
        log.chose(settings.trunks.joined(separator: ", "), rule: "every other call")
        return .trunks(settings.trunks.map { TrunkChoice(trunk: $0) })
    }
}

/// Tells the host what this file holds.
@c(tandem_plugin) public func tandemPlugin(_ host: UnsafeMutableRawPointer) {
    Plugin.register(AcmeRoutes.self, in: host)
}
