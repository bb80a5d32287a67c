/// The leg on which a request came in, as facts. Requests inside a call come from either party, so a leg that we made
/// is an ingress leg for a re-INVITE or BYE that its peer sends: `EgressLeg.reversed`.
///
/// One word, immutable, safe to keep. It leads nowhere into the core.
@frozen public struct IngressLeg: Sendable {
    @usableFromInline let facts: LegFacts

    /// Joins the facts of a leg.
    public init(call: CallNumber, trunk: TrunkFacts, peerTrunk: TrunkFacts? = nil, remote: Endpoint) {
        facts = LegFacts(
            call: CallFacts(number: call), trunk: trunk, peerTrunk: peerTrunk, remote: remote, attempt: 0)
    }

    /// Joins the facts of a leg whose call is known.
    public init(
        of call: CallFacts, trunk: TrunkFacts, peerTrunk: TrunkFacts? = nil, remote: Endpoint
    ) {
        facts = LegFacts(call: call, trunk: trunk, peerTrunk: peerTrunk, remote: remote, attempt: 0)
    }

    init(facts: LegFacts) { self.facts = facts }

    /// The same leg for a request that goes out on it. Costs nothing.
    public var reversed: EgressLeg { EgressLeg(facts: facts) }

    /// The number of the call in this process.
    public var call: CallNumber { facts.call.number }
    /// What is known of the call: the Call-ID of this leg, when it began, where it came from.
    public var callFacts: CallFacts { facts.call }
    /// The trunk of this leg.
    public var trunk: TrunkFacts { facts.trunk }
    /// The listener where the leg's messages come in and go out; nil in a test that has none.
    public var listener: ListenerFacts? { facts.trunk.listener }
    /// The trunk of the other leg; nil before one was chosen.
    public var peerTrunk: TrunkFacts? { facts.peerTrunk }
    /// Where the peer's messages come from.
    public var remote: Endpoint { facts.remote }
}
