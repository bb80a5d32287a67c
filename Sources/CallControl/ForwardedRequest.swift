import TandemKit

/// The copy of a request that a proxy sends on (RFC 3261 §16.6): all but its Via.
enum ForwardedRequest {
    /// For a trunk the router chose: Request-URI with the number and host of that trunk.
    static func make(
        _ request: SIPRequest, choice: TrunkChoice, plan: CallPlan, from ingress: TrunkContext, to trunk: TrunkContext,
        engine: CallEngine
    ) -> SIPRequest {
        var forwarded = request
        RouteProcessing.removePreloadedRoutes(&forwarded, to: ingress)
        decrement(&forwarded)
        let called = choice.called ?? plan.called
        let isPhone = trunk.profile.addsUserPhone && called.isDialable
        engine.writer.start()
        engine.writer.append("sip:")
        if !called.text.isEmpty {
            engine.writer.append(called.userPart)
            engine.writer.append("@")
        }
        engine.writer.append(trunk.peerHost)
        if isPhone { engine.writer.append(";user=phone") }
        forwarded.setRequestURI(engine.writer.bytes)
        return forwarded
    }

    /// One hop less; 70 where the field was missing (§16.6 step 3).
    static func decrement(_ request: inout SIPRequest) {
        request.setMaxForwards(request.maxForwards < 0 ? 70 : max(request.maxForwards - 1, 0))
    }
}
