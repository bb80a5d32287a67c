public import Timing

/// Says when a reliable provisional response is sent again while its PRACK is missing (RFC 3262 §3): after T1, then
/// doubled without a bound, for 64 · T1 in all. Its owner drops it at the PRACK.
public struct ProvisionalRetransmission: Hashable, Sendable {
    /// What to do when the time has come.
    @frozen public enum Action: Hashable, Sendable {
        /// Send the response again, and fire again after this time.
        case sendAgain(next: TimeInterval)
        /// No PRACK came for 64 · T1: the INVITE is to be refused with a 5xx.
        case giveUp
    }

    private let end: Timestamp
    private var interval: TimeInterval

    /// Begins when the response is sent for the first time; to be fired first after T1.
    public init(t1: TimeInterval, at now: Timestamp) {
        interval = t1
        end = now + t1 * 64
    }

    /// The time last named has come.
    public mutating func fire(at now: Timestamp) -> Action {
        if now >= end { return .giveUp }
        interval = interval * 2
        return .sendAgain(next: min(interval, end - now))
    }
}
