/// The leg on which a request goes out, as facts. Requests inside a call go to either party, so the caller's leg is an
/// egress leg for a re-INVITE or BYE that we send to it: `IngressLeg.reversed`.
///
/// One word, immutable, safe to keep. It leads nowhere into the core.
@frozen public struct EgressLeg: Sendable {
    @usableFromInline let facts: LegFacts

    /// Joins the facts of a leg.
    public init(
        call: CallNumber, trunk: TrunkFacts, peerTrunk: TrunkFacts? = nil, remote: Endpoint, attempt: Int = 1
    ) {
        facts = LegFacts(
            call: CallFacts(number: call), trunk: trunk, peerTrunk: peerTrunk, remote: remote, attempt: attempt)
    }

    /// Joins the facts of a leg whose call is known.
    public init(
        of call: CallFacts, trunk: TrunkFacts, peerTrunk: TrunkFacts? = nil, remote: Endpoint, attempt: Int = 1
    ) {
        facts = LegFacts(call: call, trunk: trunk, peerTrunk: peerTrunk, remote: remote, attempt: attempt)
    }

    init(facts: LegFacts) { self.facts = facts }

    /// The same leg for a request that comes in on it. Costs nothing.
    public var reversed: IngressLeg { IngressLeg(facts: facts) }

    /// The number of the call in this process.
    public var call: CallNumber { facts.call.number }
    /// What is known of the call: the Call-ID of this leg, when it began, where it came from.
    public var callFacts: CallFacts { facts.call }
    /// The trunk of this leg.
    public var trunk: TrunkFacts { facts.trunk }
    /// The listener where the leg's messages come in and go out; nil in a test that has none.
    public var listener: ListenerFacts? { facts.trunk.listener }
    /// The trunk of the other leg; nil for a request of our own (OPTIONS).
    public var peerTrunk: TrunkFacts? { facts.peerTrunk }
    /// Where our messages go.
    public var remote: Endpoint { facts.remote }
    /// Which attempt this is: 1 for the first trunk tried, 2 for the next; 0 on the caller's own leg.
    public var attempt: Int { facts.attempt }
}
