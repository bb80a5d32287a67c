/// A timer of a transaction, named as in RFC 3261 §17 and RFC 6026.
///
/// A transaction has at most one retransmission timer and one lifetime timer running; starting one replaces the other
/// of its sort.
@frozen public enum TransactionTimer: UInt8, Hashable, Sendable, CaseIterable {
    /// Timer A: send the INVITE again. RFC 3261 §17.1.1.2.
    case a
    /// Timer B: give up waiting for any response to the INVITE. RFC 3261 §17.1.1.2.
    case b
    /// Timer D: absorb retransmissions of the failure response before the INVITE is forgotten. RFC 3261 §17.1.1.2.
    case d
    /// Timer E: send the non-INVITE request again. RFC 3261 §17.1.2.2.
    case e
    /// Timer F: give up waiting for a final response to the non-INVITE request. RFC 3261 §17.1.2.2.
    case f
    /// Timer G: send the failure response to the INVITE again. RFC 3261 §17.2.1.
    case g
    /// Timer H: give up waiting for the ACK to a failure response. RFC 3261 §17.2.1.
    case h
    /// Timer I: absorb retransmissions of the ACK. RFC 3261 §17.2.1.
    case i
    /// Timer J: absorb retransmissions of the non-INVITE request, answering each. RFC 3261 §17.2.2.
    case j
    /// Timer K: absorb retransmissions of the final response. RFC 3261 §17.1.2.2.
    case k
    /// Timer L: absorb retransmissions of the INVITE after a 2xx and pass its ACKs on. RFC 6026 §7.1.
    case l
    /// Timer M: pass on the 2xx responses of all branches of a fork. RFC 6026 §7.2.
    case m
    /// Send 100 Trying because the user hasn't answered yet. RFC 3261 §17.2.1, RFC 4320 §4.1.
    case trying
    /// Give up waiting for the final response of a cancelled INVITE. RFC 3261 §9.1.
    case cancel
    /// The client of the unanswered non-INVITE request has given up by now: an answer would be late. RFC 4320 §4.2.
    case expiry

    /// Whether this timer sends something again (or for the first time), rather than ending a state.
    var isRetransmission: Bool {
        switch self {
        case .a, .e, .g, .trying: true
        case .b, .d, .f, .h, .i, .j, .k, .l, .m, .cancel, .expiry: false
        }
    }
}
