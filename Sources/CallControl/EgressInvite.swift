import SIPTransaction
import TandemKit

/// The INVITE of one attempt: the canonical INVITE of the caller, rebuilt for a trunk by its profile.
struct EgressInvite {
    let call: Call
    let choice: TrunkChoice
    let trunk: TrunkContext

    /// Makes the request: everything but its Via.
    func make(from canonical: SIPRequest) -> SIPRequest {
        let engine = call.engine
        var called = choice.called ?? call.plan.called
        var identity = call.plan.identity
        if let calling = choice.calling { override(&identity, with: calling) }
        if trunk.profile.removesPlus { removePlus(&called, &identity) }
        let target = uri(of: called, host: trunk.peerHost)
        var request = SIPRequest(method: .invite, uri: target)
        let writer = IdentityWriter(identity: identity, trunk: trunk)
        request.headers.append(.from, text: "\(writer.from);tag=\(engine.layer.makeTag().string)")
        request.headers.append(.to, text: "<\(target)>")
        request.headers.append(.callID, engine.layer.makeCallID())
        request.headers.append(.cseq, Bytes("1 INVITE"))
        request.headers.carryOver(from: canonical.headers)
        writer.write(into: &request, target: target)
        if !canonical.body.isEmpty {
            request.setBody(canonical.body, contentType: canonical.headers.firstValue(of: .contentType))
        }
        request.setMaxForwards(max(canonical.maxForwards < 0 ? 69 : canonical.maxForwards - 1, 0))
        engine.describe(&request, to: trunk, from: canonical)
        return request
    }

    private func override(_ identity: inout Identity, with calling: PhoneNumber) {
        if identity.asserted != nil { identity.asserted = calling }
        if identity.presented != nil || identity.asserted == nil { identity.presented = calling }
    }

    private func removePlus(_ called: inout PhoneNumber, _ identity: inout Identity) {
        called.removePlus()
        identity.asserted?.removePlus()
        identity.presented?.removePlus()
        for index in identity.diversions.indices { identity.diversions[index].number.removePlus() }
    }

    private func uri(of number: PhoneNumber, host: String) -> String {
        let isPhone = trunk.profile.addsUserPhone && number.isDialable
        return "sip:\(number.userPart)@\(host)\(isPhone ? ";user=phone" : "")"
    }
}
