/// What a received message means to the transaction user.
@frozen public enum Received: Hashable, Sendable {
    /// Nothing: a transaction dealt with it (a retransmission, an ACK for a failure response), or it was refused.
    case absorbed
    /// A new request. It wants exactly one final response through `respond`.
    case request(ServerTransactionID)
    /// A new request with the From tag, Call-ID and CSeq of another that is still being dealt with: it reached us over
    /// two paths. A user agent answers 482 (Loop Detected), a proxy forwards it (RFC 3261 §8.2.2.2).
    case mergedRequest(ServerTransactionID)
    /// The ACK for a 2xx, to be matched to its dialog. The transaction when it has the INVITE's branch (as some peers
    /// send it) and the 2xx was given to it.
    case ack(ServerTransactionID?)
    /// A CANCEL: it wants a response of its own (200, or 481 when `matching` is nil), and the request it cancels wants
    /// 487 when it has no final response yet (RFC 3261 §9.2).
    case cancel(ServerTransactionID, matching: ServerTransactionID?)
    /// A response to a request of ours.
    case response(ClientTransactionID, owner: OwnerToken)
    /// A response without a transaction. A user agent core drops it, as does a proxy (RFC 6026 §7.3).
    case strayResponse
}
