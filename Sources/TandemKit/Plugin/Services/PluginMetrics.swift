/// Figures that `tandem metrics` prints for the operator's monitoring. Ask for each once, in the initializer, and keep it:
/// using one then takes no lock and no memory. At most 100 for an instance.
///
/// A name is made of `a-z`, `0-9` and `_`, as Prometheus wants it; that of a counter ends in `_total`, that of a duration in
/// `_seconds`. A newer build of the plugin goes on with the figures of the one before.
public struct PluginMetrics: Sendable {
    let host: any ServiceHost

    /// Something that only grows: calls refused, rules matched.
    public func counter(_ name: String, _ help: String) throws(ServiceError) -> Counter {
        Counter(cell: try host.metric(name, .counter, help))
    }

    /// Something that goes up and down: entries of a list.
    public func gauge(_ name: String, _ help: String) throws(ServiceError) -> Gauge {
        Gauge(cell: try host.metric(name, .gauge, help))
    }

    /// Durations by length, from a millisecond to an hour.
    public func histogram(_ name: String, _ help: String) throws(ServiceError) -> Histogram {
        Histogram(cell: try host.metric(name, .histogram, help))
    }
}

/// A figure that only grows.
public struct Counter: Sendable {
    let cell: MetricCell

    /// Adds; less than nothing counts as nothing.
    public func add(_ amount: Int = 1) { if amount > 0 { cell.add(amount) } }
}

/// A figure that goes up and down.
public struct Gauge: Sendable {
    let cell: MetricCell

    /// Sets it.
    public func set(_ value: Double) { cell.set(value) }
    /// Adds to it, or takes away.
    public func add(_ amount: Int) { cell.add(amount) }
}

/// Durations by length.
public struct Histogram: Sendable {
    let cell: MetricCell

    /// The upper ends of the classes, in seconds; what is longer is counted as well.
    public static var bounds: [Double] {
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800, 3600]
    }

    /// Counts a duration; less than nothing counts as nothing.
    public func record(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return cell.record(nanoseconds: 0) }
        let (nanoseconds, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        cell.record(nanoseconds: overflow ? .max : nanoseconds &+ UInt64(attoseconds / 1_000_000_000))
    }
}
