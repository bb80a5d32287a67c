import SIPTransaction
import TandemKit

/// A request outside of any dialog as it goes on: the canonical one of the sender, rebuilt for a trunk by its profile.
struct EgressRequest {
    let engine: CallEngine
    let plan: CallPlan
    let choice: TrunkChoice
    let trunk: TrunkContext
    /// Whether its provisional responses may be sent reliably (RFC 3262).
    var isReliable = false

    /// Makes the request: everything but its Via.
    func make(from canonical: SIPRequest) -> SIPRequest {
        let method = canonical.method
        let called = choice.called ?? plan.called
        var identity = plan.identity
        if let calling = choice.calling { override(&identity, with: calling) }
        let target = called.sipURI(at: trunk.peerHost, profile: trunk.profile)
        var request = SIPRequest(method: method, uri: target)
        let from = identity.fromAddress(for: trunk.facts, profile: trunk.profile)
        let writer = engine.writer
        writer.start()
        writer.append(from)
        writer.append(";tag=")
        writer.append(engine.layer.makeTag())
        request.headers.append(.from, writer.bytes)
        writer.start()
        writer.append("<")
        writer.append(target)
        writer.append(">")
        request.headers.append(.to, writer.bytes)
        var callID = engine.layer.makeCallID()
        #if DEBUG
            if engine.fault == .showsCallID { callID = canonical.callID }
        #endif
        request.headers.append(.callID, callID)
        writer.start()
        writer.append("1 ")
        writer.append(canonical.methodBytes)
        request.headers.append(.cseq, writer.bytes)
        request.headers.carryOver(from: canonical.headers)
        for route in engine.current(trunk).registrationReport?.routes ?? [] {
            route.withUnsafeBytes { request.headers.append(.route, Bytes($0)) }
        }
        identity.writeHeaders(to: &request, target: called, trunk: trunk.facts, profile: trunk.profile)
        if !canonical.body.isEmpty {
            request.setBody(canonical.body, contentType: canonical.headers.firstValue(of: .contentType))
        }
        request.setMaxForwards(max(canonical.maxForwards < 0 ? 69 : canonical.maxForwards - 1, 0))
        engine.describe(&request, to: trunk, from: canonical, isReliable: isReliable)
        if method == .invite { trunk.offerSession(in: &request, keeping: nil, minimum: 0, engine.writer) }
        return request
    }

    private func override(_ identity: inout Identity, with calling: PhoneNumber) {
        if identity.asserted != nil { identity.asserted = calling }
        if identity.presented != nil || identity.asserted == nil { identity.presented = calling }
    }
}
