import Dispatch
import Synchronization

/// What time it is for the services of plugins: that of the machine, or one that only moves when told.
public final class ServiceClock: Sendable {
    private struct Manual {
        var now: UInt64
        var timers: [WeakTimers] = []
    }

    private struct WeakTimers {
        weak var timers: InstanceTimers?
    }

    /// Whether time passes by itself.
    let runs: Bool
    private let manual = Mutex(Manual(now: 1_000_000_000))

    private init(runs: Bool) { self.runs = runs }

    /// The machine's monotonic clock: timers run by themselves.
    public static func machine() -> ServiceClock { ServiceClock(runs: true) }

    /// A clock that stands until `advance(by:)`: for dialogues and tests in virtual time.
    public static func manual() -> ServiceClock { ServiceClock(runs: false) }

    /// Nanoseconds since some point in the past.
    var now: UInt64 { runs ? DispatchTime.now().uptimeNanoseconds : manual.withLock { $0.now } }

    /// Has a manual clock run these timers.
    func add(_ timers: InstanceTimers) {
        guard !runs else { return }
        manual.withLock { manual in
            manual.timers.removeAll { $0.timers == nil }
            manual.timers.append(WeakTimers(timers: timers))
        }
    }

    /// Lets time pass on a manual clock; the work of timers runs on this thread, in the order of time.
    public func advance(by nanoseconds: UInt64) {
        guard !runs else { return }
        let end = manual.withLock { $0.now } + nanoseconds
        while true {
            let all = manual.withLock { $0.timers }.compactMap(\.timers)
            let next = all.compactMap { timers in timers.nextDeadline.map { (timers, $0) } }.min { $0.1 < $1.1 }
            guard let (timers, deadline) = next, deadline <= end else { break }
            manual.withLock { $0.now = max($0.now, deadline) }
            timers.runExpired()
        }
        manual.withLock { $0.now = end }
    }
}
