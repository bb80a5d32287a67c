import TandemKit

/// Sends every call to one trunk, without a look-up: for calls beside those that wait.
struct PlainRoutes: Router {
    init(settings: NoSettings) {}

    func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision {
        .trunks([TrunkChoice(trunk: "gateway")])
    }
}

/// The entry point.
@c(tandem_plugin) public func tandemPlugin(_ host: UnsafeMutableRawPointer) {
    Plugin.register(ServerRoutes.self, in: host)
    Plugin.register(DatabaseRoutes.self, in: host)
    Plugin.register(PlainRoutes.self, in: host)
}
