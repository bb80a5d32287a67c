import SIPTransaction
import TandemKit
import Timing

/// One INVITE of a call to one trunk, with whatever dialogs its responses create.
final class Attempt {
    /// From 1, in the order of the call's attempts.
    let number: Int
    let trunk: TrunkContext
    /// The place of its choice in the call's plan.
    let choice: Int
    /// The INVITE as sent: dialogs are made from it. Nil once the call is answered; a later fork's response tells enough.
    var invite: SIPRequest?
    var transaction: ClientTransactionID?
    /// Whether a provisional response has answered its offer: then the session may change before the final one.
    var isAnswered = false
    /// Where it went; the connection that carried it once a response has come.
    var flow: Flow
    /// The peer's servers to try when this one fails.
    let later: HopSet.Order?
    /// Whether its media go through the relay.
    let isRelayed: Bool
    /// Who wrote the first description that went through the relay.
    var firstOfferer: MediaParty?
    /// Whether its INVITE carried an offer through the relay.
    var isOffered: Bool { firstOfferer == .caller }
    /// Dialogs that its responses have created.
    var legCount = 0
    /// Whether we have asked for its end.
    var isCancelled = false
    /// Whether the callee's offer in a provisional response was answered in its PRACK.
    var isExchanged = false
    /// Whether the offer in its INVITE is ours; false again once the caller has answered.
    var makesOffer = false
    /// The callee's answer to it, as the callee wrote it.
    var answer: [UInt8] = []
    /// How often its INVITE was sent again because its session interval was too small.
    var intervalRaises = 0
    /// The Min-SE that made it so; 0 for none.
    var minimum: UInt32 = 0
    /// Whether a final response or the end of waiting for one has come.
    var isOver = false
    var firstResponseTimer = TimerID.none
    var progressTimer = TimerID.none
    let egressFacts: EgressLeg
    /// Whether it belongs to a transfer.
    var isTransfer = false
    /// Who stands in the caller's place for its media, where that is not the caller.
    var callerSide: (trunk: TrunkContext, address: IPAddress)?
    /// Its place on the trunk, where places are limited; given back when it has failed.
    var place: TrunkCapacity.Place?

    init(
        number: Int, trunk: TrunkContext, choice: Int, hops: HopSet.Order, egressFacts: EgressLeg,
        isRelayed: Bool
    ) {
        self.number = number
        self.trunk = trunk
        self.choice = choice
        flow = hops.first
        later = hops.next
        self.egressFacts = egressFacts
        self.isRelayed = isRelayed
    }
}
