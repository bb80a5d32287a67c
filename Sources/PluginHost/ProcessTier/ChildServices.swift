import PlainText
import Synchronization
import TandemKit

/// The services of an instance in a plugin's own process: timers, lines and figures are worked on here, what is kept is the
/// daemon's.
final class ChildServices: ServiceHost {
    private let index: Int
    private let instance: String
    private let line: ServiceLine
    private let log = ServiceLog()
    private let lines: InstanceLog
    private let timers: InstanceTimers

    init(_ index: Int, _ instance: String, line: ServiceLine) {
        self.index = index
        self.instance = instance
        self.line = line
        lines = InstanceLog(
            instance: instance, perSecond: ServiceCenter.linesPerSecond, log: log, clock: line.clock)
        timers = InstanceTimers(instance: instance, clock: line.clock)
        log.attach { [line] in _ = line.tell(.log($0.level, $0.text, $0.call), of: index) }
    }

    func logs(_ level: PluginLog.Level) -> Bool { level >= line.level }

    func log(_ level: PluginLog.Level, _ message: String, call: CallNumber?) {
        if logs(level) { lines.write(level, message, call: call) }
    }

    func metric(_ name: String, _ kind: MetricKind, _ help: String) throws(ServiceError) -> MetricCell {
        let request = ServiceRequest.metric(
            PlainText.excerpt(name, limit: 2 * MetricBook.nameLimit), kind, PlainText.excerpt(help, limit: 200))
        guard case .place(let place) = try line.ask(request, of: index), place < line.memory.figureCount else {
            throw Self.nonsense
        }
        return line.memory.figures(kind, at: place)
    }

    func value(for key: String) throws(ServiceError) -> [UInt8]? {
        try check(key)
        guard case .value(let value) = try line.ask(.value(key: key), of: index) else { throw Self.nonsense }
        return value
    }

    func set(_ value: [UInt8], for key: String, expiresAfter duration: Duration?) throws(ServiceError) {
        try check(key)
        if let problem = InstanceStore.problem(ofValue: value, for: key) { throw problem }
        guard case .done = try line.ask(.set(key: key, value, expiresAfter: duration), of: index) else {
            throw Self.nonsense
        }
    }

    func add(_ amount: Int, to key: String, expiresAfter duration: Duration?) throws(ServiceError) -> Int {
        try check(key)
        guard case .number(let sum) = try line.ask(.add(key: key, amount, expiresAfter: duration), of: index) else {
            throw Self.nonsense
        }
        return sum
    }

    func remove(_ key: String) throws(ServiceError) -> Bool {
        try check(key)
        guard case .flag(let wasThere) = try line.ask(.remove(key: key), of: index) else { throw Self.nonsense }
        return wasThere
    }

    func schedule(
        after delay: Duration, every interval: Duration?, _ work: @escaping @Sendable () -> Void
    ) throws(ServiceError) -> PluginTimer {
        guard let timer = timers.schedule(after: delay, every: interval, work) else { throw InstanceTimers.refusal }
        return timer
    }

    var facts: ExchangeFacts { line.facts }

    func end() { timers.end() }

    /// What is too long for the store is too long for the way there.
    private func check(_ key: String) throws(ServiceError) {
        if let problem = InstanceStore.problem(of: key) { throw problem }
    }

    private static var nonsense: ServiceError { ServiceError(.unavailable, "the daemon's answer makes no sense") }
}
