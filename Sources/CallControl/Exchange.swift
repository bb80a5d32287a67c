import SIPDialog
import SIPTransaction
import TandemKit

/// One request inside a call's dialogs on its way from one party to the other.
final class Exchange {
    /// Numbers the exchanges of a call.
    let serial: Int
    let method: SIPMethod
    /// The method under which it is sent on: another where the other party lacks the first.
    var sentMethod: SIPMethod
    /// The leg it came from and the one it goes to.
    let source: Leg
    let destination: Leg
    /// The request as received: responses to it are made from it.
    let request: SIPRequest
    let server: ServerTransactionID
    var client: ClientTransactionID?
    /// The CSeq number under which it was sent on.
    var cseq: UInt32 = 0
    /// Whether the request had a body: an INVITE without one lets the other side make the offer.
    let hasBody: Bool
    /// Whether its offer has gone through the relay.
    var isOffered = false
    /// What its sender wants of the session timer.
    var terms = SessionTerms()
    /// The request as it was sent on: it is sent again when its interval is too small.
    var sent: SIPRequest?
    /// How often that was so.
    var intervalRaises = 0
    /// Whether its sender has cancelled it.
    var isCancelled = false

    /// Whether request and responses may carry offer and answer.
    var carriesSession: Bool { opensSession || method == .prack }
    /// Whether it refreshes the sessions of both legs.
    var opensSession: Bool { method == .invite || method == .update }

    init(
        serial: Int, method: SIPMethod, source: Leg, destination: Leg, request: SIPRequest, server: ServerTransactionID,
        hasBody: Bool
    ) {
        self.serial = serial
        self.method = method
        sentMethod = method
        self.source = source
        self.destination = destination
        self.request = request
        self.server = server
        self.hasBody = hasBody
    }
}
