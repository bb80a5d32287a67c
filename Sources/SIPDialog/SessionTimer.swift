public import Timing

/// The timer of one session that is agreed on: when it is refreshed, or to be given up (RFC 4028 §10).
public struct SessionTimer: Hashable, Sendable {
    /// The shortest interval that is kept, in seconds: what a peer says below it would only make us busy.
    public static let shortest: UInt32 = 10

    /// The session interval in seconds.
    public let interval: UInt32
    /// Whether we send the refreshes.
    public let isRefresher: Bool
    /// When the session was refreshed last.
    public let refreshedAt: Timestamp

    /// Begins when the 2xx is sent or received.
    public init(interval: UInt32, isRefresher: Bool, refreshedAt: Timestamp) {
        self.interval = max(interval, Self.shortest)
        self.isRefresher = isRefresher
        self.refreshedAt = refreshedAt
    }

    /// The same timer as if it had been refreshed so late that it ends then.
    public func lasting(until end: Timestamp) -> SessionTimer {
        let length = expiresAt - refreshedAt
        return SessionTimer(
            interval: interval, isRefresher: isRefresher,
            refreshedAt: Timestamp(nanoseconds: end.nanoseconds - min(length.nanoseconds, end.nanoseconds)))
    }

    /// When the refresh is to be sent: after half of the interval.
    public var refreshAt: Timestamp {
        refreshedAt + TimeInterval(nanoseconds: UInt64(interval) * 500_000_000)
    }

    /// When the call is to be ended. Who waits for refreshes gives up before the interval is over: 32 s before, or a
    /// third of the interval where that is less.
    public var expiresAt: Timestamp {
        let margin = isRefresher ? 0 : min(32_000_000_000, UInt64(interval) * 1_000_000_000 / 3)
        return refreshedAt + TimeInterval(nanoseconds: UInt64(interval) * 1_000_000_000 - margin)
    }
}
