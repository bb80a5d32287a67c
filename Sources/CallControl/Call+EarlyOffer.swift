import SIPTransaction
import TandemKit

/// A delayed offer becomes an early one (direct-sip.md F38): we offer to the callee, its answer is our offer to the caller,
/// and the answer in the caller's ACK tells the media relay where the caller is.
extension Call {
    /// Whether the media of a call to a trunk go through the relay.
    func relays(to trunk: TrunkContext) -> Bool {
        engine.relaysMedia && !(ingress.media.bypasses && trunk.media.bypasses)
    }

    /// Whether we make the offer of an attempt: the caller makes none, the gateway wants one, and the media are ours.
    func makesOffer(to trunk: TrunkContext) -> Bool {
        canonical?.body.isEmpty == true && !trunk.profile.acceptsDelayedOffer && relays(to: trunk)
    }

    /// Puts our offer into the INVITE of an attempt.
    func makeOffer(in request: inout SIPRequest, for address: IPAddress? = nil) {
        EarlyOffer.write(
            to: engine.writer, for: address ?? callerFlow.remote.address, session: engine.layer.tokens.makeRandom() >> 2
        )
        request.setBody(engine.writer.bytes, contentType: SessionDescription.mediaType)
    }

    /// Tells the relay of the caller's answer: as an offer of the caller, which the callee's answer of before fits. Returns
    /// false when the ACK answers another offer.
    func settles(_ ack: SIPRequest, from leg: Leg, _ attempt: Attempt) -> Bool {
        guard attempt.makesOffer, leg.isCaller else { return false }
        attempt.makesOffer = false
        let answer = attempt.answer
        attempt.answer = []
        if awaitsRelay(ack.sdpBytes, .offer, of: .caller, attempt, .settlement(leg, attempt, answer: answer)) {
            return true
        }
        settled(leg)
        return true
    }

    /// The relay has taken the caller's answer; now the callee's again, or nothing more.
    func settle(_ leg: Leg, _ attempt: Attempt, answer: [UInt8]) {
        let waits = answer.withUnsafeBytes {
            awaitsRelay(
                answer.isEmpty ? nil : Bytes($0), .answer, of: .callee, attempt,
                .settlement(leg, attempt, answer: []))
        }
        if !waits { settled(leg) }
    }

    private func settled(_ leg: Leg) {
        unblock(leg)
        finishIfDone()
    }
}
