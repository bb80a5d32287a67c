/// What became of the wish to cancel an INVITE.
@frozen public enum CancelOutcome: Hashable, Sendable {
    /// The CANCEL was sent. Its response comes to the owner of the INVITE.
    case sent(ClientTransactionID)
    /// No provisional response has come yet: the CANCEL is sent with the first one (RFC 3261 §9.1).
    case deferred
    /// The final response has come, or the INVITE is cancelled already.
    case tooLate
    /// The limits are reached or the queue is full; try again.
    case refused
}
