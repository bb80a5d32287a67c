/// Does the work of `PluginServices` for one instance: in the daemon, in a plugin's own process, or in a tool. Plugins have
/// no use for it.
///
/// Called on any thread, and on several at once. Nothing here may block on a disk or a peer.
public protocol ServiceHost: AnyObject, Sendable {
    /// Whether lines of a level reach anybody.
    func logs(_ level: PluginLog.Level) -> Bool
    /// Writes a line. What is too long is cut, what comes too fast is counted instead.
    func log(_ level: PluginLog.Level, _ message: String, call: CallNumber?)

    /// The figure of a name, made when there is none.
    func metric(_ name: String, _ kind: MetricKind, _ help: String) throws(ServiceError) -> MetricCell

    /// What is kept under a key.
    func value(for key: String) throws(ServiceError) -> [UInt8]?
    /// Keeps bytes under a key, for ever or so long.
    func set(_ value: [UInt8], for key: String, expiresAfter: Duration?) throws(ServiceError)
    /// Adds to the whole number under a key, 0 when there is none, and gives the sum. An expiry holds from the first time.
    func add(_ amount: Int, to key: String, expiresAfter: Duration?) throws(ServiceError) -> Int
    /// Forgets a key; false when there was nothing.
    func remove(_ key: String) throws(ServiceError) -> Bool

    /// Runs work after a delay, and again after each interval, off the threads of calls.
    func schedule(
        after delay: Duration, every interval: Duration?, _ work: @escaping @Sendable () -> Void
    ) throws(ServiceError) -> PluginTimer

    /// What is known of trunks and listeners.
    var facts: ExchangeFacts { get }

    /// The instance is gone: timers stop, and what they hold is let go.
    func end()
}

/// What kind of figure a metric is.
public enum MetricKind: String, Sendable, Codable {
    /// Only grows.
    case counter
    /// Goes up and down.
    case gauge
    /// Counts durations by length.
    case histogram
}

/// Where a figure is kept. Hosts make subclasses that work without locks; this one keeps nothing.
open class MetricCell: @unchecked Sendable {  // subclasses see to it
    /// A cell that keeps nothing.
    public init() {}
    /// Adds to a counter or gauge.
    open func add(_ amount: Int) {}
    /// Sets a gauge.
    open func set(_ value: Double) {}
    /// Counts a duration of a histogram.
    open func record(nanoseconds: UInt64) {}
}

/// Services of nobody: nothing is logged, counted, kept or run. What an instance gets that is made without a host.
final class NoServiceHost: ServiceHost {
    func logs(_ level: PluginLog.Level) -> Bool { false }
    func log(_ level: PluginLog.Level, _ message: String, call: CallNumber?) {}
    func metric(_ name: String, _ kind: MetricKind, _ help: String) throws(ServiceError) -> MetricCell { MetricCell() }
    func value(for key: String) throws(ServiceError) -> [UInt8]? { nil }
    func set(_ value: [UInt8], for key: String, expiresAfter: Duration?) throws(ServiceError) { throw .noHost }
    func add(_ amount: Int, to key: String, expiresAfter: Duration?) throws(ServiceError) -> Int { throw .noHost }
    func remove(_ key: String) throws(ServiceError) -> Bool { false }
    func schedule(
        after delay: Duration, every interval: Duration?, _ work: @escaping @Sendable () -> Void
    ) throws(ServiceError) -> PluginTimer { throw .noHost }
    var facts: ExchangeFacts { ExchangeFacts() }
    func end() {}
}

/// Ends the services of an instance with the instance.
final class ServiceLife: Sendable {
    private let host: any ServiceHost

    init(_ services: PluginServices) { host = services.host }

    deinit { host.end() }
}
