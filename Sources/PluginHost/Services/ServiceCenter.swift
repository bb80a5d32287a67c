import Synchronization
public import TandemKit

/// What is behind the services of all instances of a host: the log, the metrics, the stores, the facts. From any thread.
///
/// By itself it is that of a tool: nothing outlives the process, lines wait until somebody attaches a log.
public final class ServiceCenter: Sendable {
    /// Lines that an instance may write in a second.
    static let linesPerSecond = 100

    private struct State {
        var facts = ExchangeFacts()
        var level = PluginLog.Level.info
        var books: [String: (plugin: String, book: MetricBook)] = [:]
        var lastUser = 0
        var listener: @Sendable () -> Void = {}
    }

    /// What time it is for timers and expiries.
    public let clock: ServiceClock
    private let log: ServiceLog
    private let stores: StoreKeeper
    private let state = Mutex(State())

    /// - Parameter clock: The machine's, or one that is moved by hand.
    public init(clock: ServiceClock = .machine()) {
        self.clock = clock
        let log = ServiceLog(waits: !clock.runs)
        self.log = log
        stores = StoreKeeper(clock: clock) { level, sentence in
            log.append(ServiceLogLine(level: level, instance: "", call: nil, text: sentence))
        }
    }

    /// Services for a generation of an instance.
    public func services(of instance: String, plugin: String) -> PluginServices {
        PluginServices(instance: instance, host: host(of: instance, plugin: plugin))
    }

    /// - Parameter surplus: Lines a second that are let through besides.
    func host(of instance: String, plugin: String, surplus: Int = 0) -> InstanceServices {
        let (user, book) = state.withLock { state in
            state.lastUser += 1
            let book = state.books[instance]?.book ?? MetricBook()
            state.books[instance] = (plugin, book)
            return (state.lastUser, book)
        }
        let lines = InstanceLog(
            instance: instance, perSecond: Self.linesPerSecond + surplus, log: log, clock: clock)
        return InstanceServices(
            instance, user: user, lines: lines, store: stores.store(of: instance), metrics: book, center: self)
    }

    // MARK: Log

    /// The least level that is written.
    public var level: PluginLog.Level {
        get { state.withLock { $0.level } }
        set {
            let listener = state.withLock { state in
                state.level = newValue
                return state.listener
            }
            listener()
        }
    }

    /// Has the lines of all instances written, those that wait included. Called on a queue of the log's own.
    public func attach(log write: @escaping @Sendable (ServiceLogLine) -> Void) { log.attach(write) }

    // MARK: Facts

    /// What instances see of trunks and listeners.
    public var facts: ExchangeFacts { state.withLock { $0.facts } }

    /// Changes the facts by what is so now, one change after the other.
    public func updateFacts(_ change: (ExchangeFacts) -> ExchangeFacts) {
        let listener = state.withLock { state in
            state.facts = change(state.facts)
            return state.listener
        }
        listener()
    }

    /// Has changes of facts and level told.
    func listen(_ listener: @escaping @Sendable () -> Void) { state.withLock { $0.listener = listener } }

    // MARK: Stores

    /// Keeps what instances keep in a folder, beyond this process. Before the first instance is made.
    public func keepStores(in folder: String) { stores.open(folder) }

    /// Forgets what all instances have kept: for a tool that asks what a plugin itself keeps.
    public func clearStores() { stores.clear() }

    /// Writes what has to outlive the process: it is about to end.
    public func close() {
        stores.flush()
        log.flush()
    }

    // MARK: Metrics

    /// All figures of all instances, as Prometheus reads them.
    public var metricsText: String {
        let books = state.withLock { $0.books }
        return MetricText.text(books.sorted { $0.key < $1.key }.map { ($0.key, $0.value.plugin, $0.value.book.all) })
    }
}

extension PluginLog.Level {
    /// Orders by how much a line matters.
    static func >= (left: Self, right: Self) -> Bool { left.rank >= right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
