import SIPTransaction
import TandemKit

/// How a request outside of any dialog, and each response to it, passes a B2BUA: rebuilt with our own identifiers, through
/// the adapters of both sides, so that nothing of one side shows on the other (MESSAGE, RFC 3428; PUBLISH, RFC 3903).
final class StandalonePassage {
    private unowned let context: ResponseContext
    private let ingressLeg: IngressLeg
    /// The request in canonical form.
    private var canonical: SIPRequest
    private let localTag: [UInt8]
    /// What adapters keep from the request to its response, by instance.
    private var states: [AdapterState] = []
    /// The side that the request went to last.
    private var egressLeg: EgressLeg?
    /// The subscription that a SUBSCRIBE begins.
    private(set) var subscription: EventSubscription?

    private var engine: CallEngine { context.engine }

    init(_ context: ResponseContext, from flow: Flow) {
        self.context = context
        canonical = context.request
        localTag = context.engine.layer.makeTag().array
        let facts = Self.facts(of: context, context.request.callID)
        ingressLeg = IngressLeg(of: facts, trunk: context.ingress.facts, peerTrunk: nil, remote: flow.remote)
    }

    /// Begins the subscription that a SUBSCRIBE asks for.
    func subscribe(from flow: Flow) {
        subscription = localTag.withUnsafeBytes {
            engine.makeSubscription(context.request, Bytes($0), context.number, context.ingress, flow)
        }
    }

    private static func facts(of context: ResponseContext, _ callID: Bytes) -> CallFacts {
        CallFacts(
            number: context.number, callID: callID.array, began: context.engine.wallClock(context.startedAt),
            ingressTrunk: context.ingress.name)
    }

    /// What the sender has sent becomes canonical.
    func receive() throws(AdapterError) -> SIPRequest {
        if let adapter = context.ingress.adapter, context.ingress.hooks.contains(.ingressRequest) {
            try hook(adapter) { (state) throws(AdapterError) in
                try adapter.ingress(&canonical, on: ingressLeg, state: &state)
            }
        }
        return canonical
    }

    /// The request for a trunk.
    func make(_ choice: TrunkChoice, on trunk: TrunkContext, attempt: Int) throws(AdapterError) -> SIPRequest {
        var request = EgressRequest(engine: engine, plan: context.plan, choice: choice, trunk: trunk).make(
            from: canonical)
        let leg = EgressLeg(
            of: Self.facts(of: context, request.callID), trunk: trunk.facts, peerTrunk: context.ingress.facts,
            remote: trunk.nextHop.remote, attempt: attempt)
        egressLeg = leg
        trunk.stripper.strip(&request.headers)
        if let adapter = trunk.adapter, trunk.hooks.contains(.egressRequest) {
            try hook(adapter) { (state) throws(AdapterError) in
                try adapter.egress(&request, on: leg, state: &state)
            }
        }
        return request
    }

    /// The response that says to the sender what one of a trunk said to us.
    func relay(_ response: SIPResponse, from trunk: TrunkContext) -> SIPResponse {
        if response.isSuccess { subscription?.confirm(response) }
        do throws(AdapterError) {
            var canonical = response
            if let adapter = trunk.adapter, let leg = egressLeg, trunk.hooks.contains(.ingressResponse) {
                try hook(adapter) { (state) throws(AdapterError) in
                    try adapter.ingress(&canonical, on: leg, state: &state)
                }
            }
            let isOurs = canonical.isChallenge
            var relayed = localTag.withUnsafeBytes {
                SIPResponse(
                    to: context.request, status: isOurs ? 403 : canonical.status,
                    reason: isOurs ? Bytes() : canonical.reasonBytes, toTag: Bytes($0))
            }
            relayed.headers.carryOver(from: canonical.headers)
            if !canonical.body.isEmpty {
                relayed.setBody(canonical.body, contentType: canonical.headers.firstValue(of: .contentType))
            }
            engine.describe(&relayed, answering: context.request.method, to: context.ingress, from: canonical)
            try dress(&relayed)
            return relayed
        } catch {
            engine.counters.pluginRefusals &+= 1
            return respond(error.failure)
        }
    }

    /// A response of our own.
    func respond(_ failure: Failure) -> SIPResponse {
        let status = 300...699 ~= failure.status ? failure.status : 500
        var response = localTag.withUnsafeBytes { SIPResponse(to: context.request, status: status, toTag: Bytes($0)) }
        engine.describe(&response, answering: context.request.method, to: context.ingress, from: nil)
        engine.addReason(failure, to: &response)
        engine.addHint(for: status, to: &response)
        var dressed = response
        do throws(AdapterError) {
            try dress(&dressed)
            return dressed
        } catch {
            engine.counters.pluginRefusals &+= 1
            return response
        }
    }

    /// A response takes the sender's dialect.
    private func dress(_ response: inout SIPResponse) throws(AdapterError) {
        let ingress = context.ingress
        ingress.stripper.strip(&response.headers)
        guard let adapter = ingress.adapter, ingress.hooks.contains(.egressResponse) else { return }
        try hook(adapter) { (state) throws(AdapterError) in
            try adapter.egress(&response, on: ingressLeg, state: &state)
        }
    }

    private func hook(
        _ adapter: AdapterInstance, _ body: (inout PluginState) throws(AdapterError) -> Void
    ) throws(AdapterError) {
        do throws(AdapterError) {
            guard adapter.keepsState else { return try body(&engine.noState) }
            if !states.contains(where: { $0.adapter === adapter }) {
                states.append(AdapterState(adapter: adapter, state: PluginState()))
            }
            for place in states.indices where states[place].adapter === adapter { try body(&states[place].state) }
        } catch {
            if !error.passesBy { throw error }
        }
    }
}
