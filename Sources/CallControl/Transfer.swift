import SIPTransaction
import TandemKit
import Timing

/// A transfer that we carry out: one party of a call is to talk with somebody else (RFC 5589).
///
/// Whoever that is, its offer goes to the party that stays in a re-INVITE, and the answer back to it (RFC 3725 flow III). With
/// REFER the new party is called without an offer, and has the answer in the ACK for its 2xx. When Refer-To names a dialog
/// of ours by Replaces, it is the other party of that dialog's call, and gets a re-INVITE without an offer. With an INVITE with
/// Replaces (RFC 3891) it has called by itself, and has the answer in our 2xx. Until then the call is as it was; a failure
/// leaves it so.
final class Transfer {
    /// Who wants it.
    let transferor: Leg
    /// Who is to talk with somebody else.
    let remaining: Leg
    /// What the INVITEs are made from: its Request-URI is that of Refer-To.
    let model: SIPRequest
    /// Who the transferor is, as Referred-By tells.
    var referrer: PhoneNumber?
    /// The transferor's subscription to what becomes of it; nil when it wants none (RFC 4488).
    var subscription: ReferSubscription?
    var plan: CallPlan
    /// The next of the plan's choices.
    var nextChoice = 0
    var triedGateways = GatewaySet()
    /// The attempt that goes on, or whose party has answered.
    var attempt: Attempt?
    var lastFailure: Failure?
    /// The leg of the new party, once it has answered.
    var target: Leg?
    /// The new party's description, which the one that stays is to be offered; nil while there is none, empty where the new
    /// party wants the offer from us.
    var offer: [UInt8]?
    /// The call whose party is to be the new one, and that party's leg there (RFC 3891).
    var consultation: (call: Call, leg: Leg)?
    /// The re-INVITE to that party while it has no final response, and its CSeq number.
    var consulting: ClientTransactionID?
    var consultingCSeq: UInt32 = 0
    /// The new party's INVITE with Replaces, and its transaction.
    var replacement: (invite: SIPRequest, transaction: ServerTransactionID)?
    /// Whether the party that stays is being connected: nobody else may change the session.
    var isConnecting = false
    /// The re-INVITE to the party that stays, while it has no final response, and its CSeq number.
    var client: ClientTransactionID?
    var cseq: UInt32 = 0
    /// The offer in it.
    var sentOffer: [UInt8] = []
    /// How often that party could not be asked, or was busy with an offer of its own.
    var delays = 0
    /// The end of ringing, or the next time to ask.
    var timer = TimerID.none

    /// Most times that the party that stays is asked.
    static let delaysMax = 5

    init(from transferor: Leg, remaining: Leg, model: SIPRequest, plan: CallPlan) {
        self.transferor = transferor
        self.remaining = remaining
        self.model = model
        self.plan = plan
    }
}

/// What the sender of a REFER is told (RFC 3515 §2.4.4).
struct ReferSubscription {
    /// The CSeq number of the REFER where it has to be told: it is not the dialog's first.
    let id: UInt32?
    /// The status told last.
    var status: UInt16 = 0
}
