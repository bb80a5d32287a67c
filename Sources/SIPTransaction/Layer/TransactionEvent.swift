/// Something that happened to a transaction without a message for the user: read them with
/// `TransactionLayer.nextEvent()` after each input.
@frozen public enum TransactionEvent: Hashable, Sendable {
    /// The peer sent no final response in time: to be treated like a 408 (RFC 3261 §8.1.3.1).
    case clientTimedOut(ClientTransactionID, owner: OwnerToken)
    /// The request couldn't be sent: to be treated like a 503 (RFC 3261 §8.1.3.1).
    case clientTransportFailed(ClientTransactionID, owner: OwnerToken)
    /// The transaction is forgotten.
    case clientTerminated(ClientTransactionID, owner: OwnerToken)
    /// No ACK came for the failure response to an INVITE.
    case serverTimedOut(ServerTransactionID, owner: OwnerToken)
    /// A response couldn't be sent.
    case serverTransportFailed(ServerTransactionID, owner: OwnerToken)
    /// The transaction is forgotten.
    case serverTerminated(ServerTransactionID, owner: OwnerToken)
}
