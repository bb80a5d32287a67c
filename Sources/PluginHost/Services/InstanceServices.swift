import Synchronization
import TandemKit

/// The services of one instance of one generation in the daemon: what the plugin calls when it runs here, and what its process
/// asks for when it doesn't.
final class InstanceServices: ServiceHost {
    let instance: String
    private let center: ServiceCenter
    /// The generation's number.
    private let user: Int
    private let lines: InstanceLog
    let store: InstanceStore
    let metrics: MetricBook
    private struct Timing {
        var timers: InstanceTimers?
        var isOver = false
    }

    private let timing = Mutex(Timing())

    init(
        _ instance: String, user: Int, lines: InstanceLog, store: InstanceStore, metrics: MetricBook,
        center: ServiceCenter
    ) {
        self.instance = instance
        self.user = user
        self.lines = lines
        self.store = store
        self.metrics = metrics
        self.center = center
    }

    deinit { end() }

    func logs(_ level: PluginLog.Level) -> Bool { level >= center.level }

    func log(_ level: PluginLog.Level, _ message: String, call: CallNumber?) {
        if logs(level) { lines.write(level, message, call: call) }
    }

    func metric(_ name: String, _ kind: MetricKind, _ help: String) throws(ServiceError) -> MetricCell {
        try figures(name, kind, help)
    }

    func figures(_ name: String, _ kind: MetricKind, _ help: String) throws(ServiceError) -> Figures {
        try metrics.figures(name, kind, help, user: user)
    }

    func value(for key: String) throws(ServiceError) -> [UInt8]? { store.value(for: key) }

    func set(_ value: [UInt8], for key: String, expiresAfter duration: Duration?) throws(ServiceError) {
        try store.set(value, for: key, expiresAfter: duration)
    }

    func add(_ amount: Int, to key: String, expiresAfter duration: Duration?) throws(ServiceError) -> Int {
        try store.add(amount, to: key, expiresAfter: duration)
    }

    func remove(_ key: String) throws(ServiceError) -> Bool { store.remove(key) }

    func schedule(
        after delay: Duration, every interval: Duration?, _ work: @escaping @Sendable () -> Void
    ) throws(ServiceError) -> PluginTimer {
        let all: InstanceTimers? = timing.withLock { timing in
            guard !timing.isOver else { return nil }
            let timers = timing.timers ?? InstanceTimers(instance: instance, clock: center.clock)
            timing.timers = timers
            return timers
        }
        guard let timer = all?.schedule(after: delay, every: interval, work) else { throw InstanceTimers.refusal }
        return timer
    }

    var facts: ExchangeFacts { center.facts }

    func end() {
        let timers = timing.withLock { timing in
            timing.isOver = true
            return timing.timers
        }
        timers?.end()
        metrics.leave(user)
    }
}
