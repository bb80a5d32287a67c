/// What a dialog says to a request received inside of it.
@frozen public enum RequestVerdict: Hashable, Sendable {
    /// It is in order and goes to the user.
    case accepted
    /// A request with a higher CSeq was received before (RFC 3261 §12.2.2).
    case outOfOrder
    /// The dialog has ended.
    case ended

    /// The status to answer with; 0 when accepted.
    public var status: UInt16 {
        switch self {
        case .accepted: 0
        case .outOfOrder: 500
        case .ended: 481
        }
    }
}
