import CallControl
import SIPTransaction
import TandemKit

/// Looks at every message, and changes the Request-URI of those that are sent.
struct BenchAdapter: GatewayAdapter {
    init(settings: NoSettings) {}

    var profile: GatewayProfile { GatewayProfile { $0.addsUserPhone = true } }

    func ingress(_ request: inout SIPRequest, on leg: IngressLeg) throws(AdapterError) {
        if request.headers.firstIndex(of: HeaderID.referTo) >= 0 { throw AdapterError("no transfer here") }
    }

    func egress(_ request: inout SIPRequest, on leg: EgressLeg) throws(AdapterError) {
        if request.method == .invite { request.headers["X-Trunk"] = leg.trunk.name }
    }
}

/// One rule that matches.
struct BenchNormalizer: Normalizer {
    init(settings: NoSettings) {}

    func normalize(
        _ number: inout PhoneNumber, in context: NumberContext, log: inout DecisionLog
    ) throws(NormalizationError) {
        guard number.kind == .extensionNumber else { return }
        let before = number.text
        number.rewrite(to: "+1425555" + before, rule: "extension")
        log.matched(rule: "extension", before: before, after: number.text)
    }
}

/// Everything goes to the one other trunk.
struct BenchRouter: Router {
    init(settings: NoSettings) {}

    func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision {
        log.chose("out", rule: "all")
        return .trunks([TrunkChoice(trunk: "out")])
    }
}

/// Trunk `n` has listener `n`.
struct BenchMatcher: TrunkMatcher {
    var unknownSource: UnknownSourceAnswer { .drop }

    func trunk(for flow: Flow) -> Int? { Int(flow.listener) }

    func trunk(named name: String) -> Int? { name == "in" ? 0 : name == "out" ? 1 : nil }
}
