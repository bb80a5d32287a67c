/// Work for later. It runs on a thread of the instance's own, one piece after the other, never on those of calls. At most
/// 10,000 timers of an instance run at a time; all of them end with it.
public struct PluginTimers: Sendable {
    let host: any ServiceHost

    /// Runs work once, after a delay.
    @discardableResult
    public func after(
        _ delay: Duration, _ work: @escaping @Sendable () -> Void
    ) throws(ServiceError) -> PluginTimer {
        try host.schedule(after: delay, every: nil, work)
    }

    /// Runs work after each interval of at least 10 ms, until the timer is cancelled. What takes longer than its interval
    /// misses a turn.
    @discardableResult
    public func every(
        _ interval: Duration, _ work: @escaping @Sendable () -> Void
    ) throws(ServiceError) -> PluginTimer {
        try host.schedule(after: interval, every: interval, work)
    }
}

/// A timer that runs. Dropping this does not end it.
public final class PluginTimer: Sendable {
    private let end: @Sendable () -> Void

    /// A timer that its host ends by `end`.
    public init(_ end: @escaping @Sendable () -> Void) { self.end = end }

    /// Ends it: its work does not begin any more. Work under way goes on to its end.
    public func cancel() { end() }
}
