import Dispatch
import Synchronization
import TandemKit
import Timing

/// The timers of one instance, whose work runs on a queue of their own. From any thread.
final class InstanceTimers: Sendable {
    /// Most timers that run at a time.
    static let limit = 10_000
    /// The shortest interval, in nanoseconds: work that asks for more would have a core for itself.
    static let shortestInterval: UInt64 = 10_000_000

    /// What a plugin is told that gets no timer.
    static let refusal = ServiceError(
        .full, "an instance has at most \(limit) timers at a time, and none once it has ended; cancel some")

    private struct Work {
        var deadline: UInt64
        let interval: UInt64?
        let body: @Sendable () -> Void
        var timer = TimerID.none
    }

    private struct State: ~Copyable {
        var wheel: TimerWheel
        var works: [UInt64: Work] = [:]
        var lastKey: UInt64 = 0
        var isOver = false
    }

    private let clock: ServiceClock
    private let state: Mutex<State>
    nonisolated(unsafe) private let source: (any DispatchSourceTimer)?  // which any thread may use

    init(instance: String, clock: ServiceClock) {
        self.clock = clock
        state = Mutex(State(wheel: TimerWheel(now: Timestamp(nanoseconds: clock.now), limit: Self.limit)))
        let queue = DispatchQueue(label: "tandem.plugin.timers.\(instance)")
        source = clock.runs ? DispatchSource.makeTimerSource(queue: queue) : nil
        clock.add(self)
        source?.setEventHandler { [weak self] in self?.runExpired() }
        source?.activate()
    }

    deinit { source?.cancel() }

    /// Runs work after a delay, and again after each interval; nil when there are too many timers, or it is all over.
    func schedule(after delay: Duration, every interval: Duration?, _ body: @escaping @Sendable () -> Void)
        -> PluginTimer?
    {
        let work = Work(
            deadline: clock.now &+ Self.nanoseconds(delay),
            interval: interval.map { max(Self.nanoseconds($0), Self.shortestInterval) }, body: body)
        let key: UInt64? = state.withLock { state in
            guard !state.isOver else { return nil }
            state.lastKey += 1
            return Self.enter(work, state.lastKey, &state) ? state.lastKey : nil
        }
        guard let key else { return nil }
        arm()
        return PluginTimer { [weak self] in self?.cancel(key) }
    }

    /// Ends all timers, and lets go of what they hold.
    func end() {
        // What the works hold is let go outside of the lock: it may end timers.
        let works = state.withLock { state in
            state.isOver = true
            defer { state.works = [:] }
            for work in state.works.values { _ = state.wheel.cancel(work.timer) }
            return state.works
        }
        source?.cancel()
        withExtendedLifetime(works) {}
    }

    /// When there is something to do next.
    var nextDeadline: UInt64? { state.withLock { $0.wheel.nextDeadline?.nanoseconds } }

    /// Runs the work whose time has come.
    func runExpired() {
        let now = clock.now
        while let body = popExpired(now) { body() }
        arm()
    }

    private func popExpired(_ now: UInt64) -> (@Sendable () -> Void)? {
        state.withLock { state in
            while let (key, _) = state.wheel.popExpired(now: Timestamp(nanoseconds: now)) {
                guard var work = state.works.removeValue(forKey: key) else { continue }
                // A deadline beyond the wheel's horizon, and one that comes again.
                let isEarly = work.deadline > now
                if !isEarly, let interval = work.interval {
                    let missed = (now &- work.deadline) / interval
                    work.deadline &+= interval &* (missed + 1)
                }
                if isEarly || work.interval != nil { _ = Self.enter(work, key, &state) }
                if !isEarly { return work.body }
            }
            return nil
        }
    }

    private static func enter(_ work: Work, _ key: UInt64, _ state: inout State) -> Bool {
        var work = work
        let deadline = Timestamp(nanoseconds: work.deadline)
        guard let timer = state.wheel.schedule(at: deadline, payload: (key, 0)) else { return false }
        work.timer = timer
        state.works[key] = work
        return true
    }

    private func cancel(_ key: UInt64) {
        let work = state.withLock { state in
            let work = state.works.removeValue(forKey: key)
            if let work { _ = state.wheel.cancel(work.timer) }
            return work
        }
        withExtendedLifetime(work) {}
    }

    private func arm() {
        guard let source else { return }
        // Under the lock, so that an earlier deadline is not followed by a later one.
        state.withLock { state in
            guard let deadline = state.wheel.nextDeadline?.nanoseconds else { return }
            source.schedule(deadline: DispatchTime(uptimeNanoseconds: max(deadline, 1)), leeway: .milliseconds(1))
        }
    }

    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        // A century is for ever.
        let (seconds, attoseconds) = min(max(duration, .zero), .seconds(3_155_760_000)).components
        return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}
