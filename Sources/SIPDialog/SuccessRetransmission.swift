public import Timing

/// Says when the 2xx to an INVITE is sent again while its ACK is missing (RFC 3261 §13.3.1.4): after T1, then doubled
/// up to T2, over every transport, because the next hop may be an unreliable one. Its owner drops it at the ACK.
public struct SuccessRetransmission: Hashable, Sendable {
    /// What to do when the time has come.
    @frozen public enum Action: Hashable, Sendable {
        /// Send the 2xx again, and fire again after this time.
        case sendAgain(next: TimeInterval)
        /// No ACK came for 64 · T1: the session is to be ended with BYE.
        case giveUp
    }

    private let end: Timestamp
    private let longest: TimeInterval
    private var interval: TimeInterval

    /// Begins when the 2xx is sent for the first time; to be fired first after T1.
    public init(t1: TimeInterval, t2: TimeInterval, at now: Timestamp) {
        interval = t1
        longest = t2
        end = now + t1 * 64
    }

    /// The time last named has come.
    public mutating func fire(at now: Timestamp) -> Action {
        if now >= end { return .giveUp }
        interval = min(interval * 2, longest)
        return .sendAgain(next: min(interval, end - now))
    }
}
