/// What a dialog says to a request received inside of it.
@frozen public enum RequestVerdict: Hashable, Sendable {
    /// It is in order and goes to the user.
    case accepted
    /// A request with a higher CSeq was received before (RFC 3261 §12.2.2).
    case outOfOrder
    /// An INVITE of ours is under way (§14.2).
    case pending
    /// Another INVITE of the peer has no final response yet (§14.2).
    case overlapping
    /// The dialog has ended.
    case ended

    /// The status to answer with; 0 when accepted. `overlapping` also wants a Retry-After of 0 to 10 s.
    public var status: UInt16 {
        switch self {
        case .accepted: 0
        case .outOfOrder, .overlapping: 500
        case .pending: 491
        case .ended: 481
        }
    }
}
