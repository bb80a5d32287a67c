public import Timing

/// Sends the 2xx to an INVITE again until its ACK comes (RFC 3261 §13.3.1.4): after T1, then doubled up to T2, over
/// every transport, because the next hop may be an unreliable one.
public struct SuccessRetransmission: Hashable, Sendable {
    /// What to do when the time has come.
    @frozen public enum Action: Hashable, Sendable {
        /// Send the 2xx again, and fire again at this time.
        case sendAgain(next: Timestamp)
        /// No ACK came for 64 · T1: the session is to be ended with BYE.
        case giveUp
        /// The ACK has come; nothing is to be done.
        case none
    }

    /// When to call `fire` first.
    public let firstDeadline: Timestamp
    private let end: Timestamp
    private let longest: TimeInterval
    private var interval: TimeInterval
    private var isAcknowledged = false

    /// Begins when the 2xx is sent for the first time.
    public init(t1: TimeInterval, t2: TimeInterval, at now: Timestamp) {
        interval = t1
        longest = t2
        end = now + t1 * 64
        firstDeadline = now + t1
    }

    /// The time last named has come.
    public mutating func fire(at now: Timestamp) -> Action {
        if isAcknowledged { return .none }
        if now >= end { return .giveUp }
        interval = min(interval * 2, longest)
        return .sendAgain(next: min(now + interval, end))
    }

    /// The ACK has come.
    public mutating func acknowledge() { isAcknowledged = true }
}
