/// What both kinds of leg know. Made once per leg; a hook gets one word that leads here.
@usableFromInline final class LegFacts: Sendable {
    let call: CallFacts
    let trunk: TrunkFacts
    let peerTrunk: TrunkFacts?
    let remote: Endpoint
    let attempt: Int

    init(call: CallFacts, trunk: TrunkFacts, peerTrunk: TrunkFacts?, remote: Endpoint, attempt: Int) {
        self.call = call
        self.trunk = trunk
        self.peerTrunk = peerTrunk
        self.remote = remote
        self.attempt = attempt
    }
}
