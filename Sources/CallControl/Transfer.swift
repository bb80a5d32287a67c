import SIPTransaction
import TandemKit
import Timing

/// A transfer that a party has asked for with REFER and that we carry out (RFC 3515; RFC 3725 flow III): the new party is
/// called without an offer, its offer goes to the party that stays in a re-INVITE, and the answer in the ACK for the new
/// party's 2xx. Until then the call is as it was; a failure leaves it so.
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
    /// The new party's 2xx, in canonical form, while the party that stays can't be asked.
    var offer: SIPResponse?
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
