import SIPTransaction
import TandemKit

/// A message whose description is at the media relay, with what is to be done once the relay has replied.
enum MediaStep {
    /// The INVITE of an attempt.
    case attempt(SIPRequest, Attempt)
    /// A provisional response to it, and the caller's leg on which it goes on.
    case progress(SIPResponse, Attempt, Leg)
    /// The 2xx to it, and its leg.
    case answer(SIPResponse, Attempt, Leg)
    /// A request inside a dialog.
    case request(SIPRequest, Exchange)
    /// A response to such a request.
    case response(SIPResponse, Exchange)
    /// The ACK that carries the answer to an offer in a 2xx: from one leg to the other.
    case acknowledgement(SIPRequest, from: Leg, to: Leg)
    /// The PRACK that carries the answer to an offer in a provisional response, to this leg.
    case prack(SIPRequest, Leg)
    /// The caller's answer to an offer of ours, and then the callee's: nobody sees what the relay makes of them.
    case settlement(Leg, Attempt, answer: [UInt8])
    /// The 2xx of a transfer's new party that answers an offer of ours: nobody sees what the relay makes of it.
    case transferAnchor([UInt8], Attempt)
    /// The offer of a transfer's new party, which goes to the party that stays.
    case transferOffer([UInt8], Attempt)
    /// That party's description, which goes to the new one.
    case transferAnswer([UInt8], Attempt)

    /// Puts the relay's description in the place of the message's own.
    mutating func replaceDescription(by bytes: [UInt8]) {
        switch self {
        case .attempt(var request, let attempt):
            request.replaceSDP(by: bytes)
            self = .attempt(request, attempt)
        case .progress(var response, let attempt, let leg):
            response.replaceSDP(by: bytes)
            self = .progress(response, attempt, leg)
        case .answer(var response, let attempt, let leg):
            response.replaceSDP(by: bytes)
            self = .answer(response, attempt, leg)
        case .request(var request, let exchange):
            request.replaceSDP(by: bytes)
            self = .request(request, exchange)
        case .response(var response, let exchange):
            response.replaceSDP(by: bytes)
            self = .response(response, exchange)
        case .acknowledgement(var request, let leg, let other):
            request.replaceSDP(by: bytes)
            self = .acknowledgement(request, from: leg, to: other)
        case .prack(var request, let leg):
            request.replaceSDP(by: bytes)
            self = .prack(request, leg)
        case .transferOffer(_, let attempt): self = .transferOffer(bytes, attempt)
        case .transferAnswer(_, let attempt): self = .transferAnswer(bytes, attempt)
        case .settlement, .transferAnchor: break
        }
    }
}

/// What came for a call while it waits for the media relay: taken afterwards, in the order it came.
enum ParkedInput {
    case attemptResponse(SIPResponse, Attempt)
    case exchangeResponse(SIPResponse, serial: Int)
    case attemptLost(Attempt, isTimeout: Bool)
    case exchangeLost(Exchange, isTimeout: Bool)
    case request(SIPRequest, Leg, ServerTransactionID)
    case acknowledgement(SIPRequest, Leg)
    case transferResponse(SIPResponse, Leg, ClientTransactionID)
}
