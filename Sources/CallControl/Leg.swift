import SIPDialog
import SIPTransaction
import TandemKit
import Timing

/// Half a call: our side of one dialog with one of the two parties.
///
/// A call has one leg with its caller (more while forks ring, unless they're collapsed) and one with each callee that
/// has answered provisionally or finally. Two legs that belong together are each other's `peer`.
final class Leg {
    unowned var call: Call
    /// Numbers the legs of a call, from 0.
    var serial: Int
    let trunk: TrunkContext
    /// Whether the caller is at the other end, or after a transfer who stands in its place.
    var isCaller: Bool
    /// The attempt that made a callee's leg; 0 for the caller's.
    var attempt: Int
    /// The number of the leg in a trace: 0 for the caller's side, else the attempt.
    var traceNumber: UInt8
    /// Whether the party has transferred its call: all it has to do is to hang up.
    var hasLeft = false
    /// The CSeq number of the REFER that the party sent first; 0 for none.
    var firstREFER: UInt32 = 0
    var departureTimer = TimerID.none
    /// Where messages to the party go when its Contact and Route name no address we could use.
    var flow: Flow
    var dialog: Dialog
    /// The next leg under the same tag of ours: all forks of one INVITE answer to our one From tag.
    var nextFork: Leg?
    /// The leg that messages from this one go on to. The two hold each other until the call is released.
    var peer: Leg?

    /// A 2xx of ours to the party that waits for its ACK.
    var answer: PendingAnswer?
    /// The ACK last sent to the party, byte for byte, to be sent again when its 2xx comes again.
    var acknowledgement: [UInt8] = []
    var acknowledgedCSeq: UInt32?
    /// CSeq of a 2xx of the party that is to be acknowledged once the ACK of the other side has come.
    var unacknowledgedCSeq: UInt32?
    /// A BYE is to be sent as soon as the party has acknowledged our answer.
    var wantsBYE = false
    /// A BYE was received.
    var hasHungUp = false
    /// A BYE was received or sent, or the dialog never came about.
    var isOver = false
    /// A BYE could not be sent and was sent once more, over another connection.
    var hasRetriedBYE = false
    /// Set where the caller takes provisional responses reliably.
    var progress: ReliableProgress?
    /// The reliable provisional responses of a callee that were heard.
    var heard = ReliableSequence()
    /// The RSeq of the last of them while its PRACK was not sent.
    var unacknowledgedRSeq: UInt32?
    /// The CSeq number of the INVITE that made a callee's leg.
    var inviteSequence: UInt32 = 1
    /// The description that a callee has given reliably, as the caller is to see it: then its 2xx has none.
    var earlyDescription: [UInt8] = []
    /// Whether a callee has given its description reliably: what it says later in answer to the INVITE counts no more.
    var isSettled = false
    /// The credentials of the last INVITE to the party, for its ACK.
    var credentials = InviteCredentials()
    /// The session timer.
    var session = LegSession()

    /// What adapters know of a callee's leg: it is known since its attempt began.
    private let facts: EgressLeg?
    private(set) lazy var ingressFacts =
        facts?.reversed
        ?? IngressLeg(
            of: call.facts(dialog.callID), trunk: trunk.facts, peerTrunk: peer?.trunk.facts, remote: flow.remote)
    private(set) lazy var egressFacts =
        facts
        ?? EgressLeg(
            of: call.facts(dialog.callID), trunk: trunk.facts, peerTrunk: peer?.trunk.facts, remote: flow.remote,
            attempt: attempt)
    /// A re-INVITE that an earlier process has sent, and that nobody waits for any more.
    var lostInvite: OpenInvite?
    /// The random bits of our tag: the leg's place in the engine's table.
    let key: UInt64

    init(
        call: Call, serial: Int, trunk: TrunkContext, isCaller: Bool, attempt: Int, facts: EgressLeg?, flow: Flow,
        dialog: Dialog
    ) {
        self.call = call
        self.facts = facts
        key = ShardHint.key(ofTag: dialog.localTag) ?? 0
        self.serial = serial
        self.trunk = trunk
        self.isCaller = isCaller
        self.attempt = attempt
        traceNumber = UInt8(truncatingIfNeeded: attempt)
        self.flow = flow
        self.dialog = dialog
    }

    /// Which of the call's parties is at the other end.
    var party: MediaParty { isCaller ? .caller : .callee }
}

extension Leg {
    /// A re-INVITE of ours without its final response.
    struct OpenInvite: Sendable {
        let cseq: UInt32
        /// Whether it had an offer; else the 2xx has it.
        let offers: Bool
    }
}

/// A 2xx to an INVITE that was sent to a party and waits for its ACK (RFC 3261 §13.3.1.4).
struct PendingAnswer {
    /// The INVITE transaction, which keeps the bytes of the 2xx.
    let transaction: ServerTransactionID
    /// CSeq number of the INVITE, which the ACK repeats.
    let cseq: UInt32
    /// Whether the offer was in the 2xx, so that the ACK carries the answer and goes on to the peer.
    let relaysAcknowledgement: Bool
    /// When the 2xx is sent again, and when waiting ends.
    var retransmission: SuccessRetransmission
    var timer: TimerID
    /// The 2xx of an earlier process, and where it goes: there is no transaction then.
    var restored: (bytes: [UInt8], flow: Flow)?
}
