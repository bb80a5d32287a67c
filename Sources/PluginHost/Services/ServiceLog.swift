import Dispatch
import PlainText
import Synchronization
public import TandemKit

/// A line that a plugin wants in the log: clean, and no longer than it may be.
public struct ServiceLogLine: Sendable {
    /// How much it matters.
    public let level: PluginLog.Level
    /// The instance in the configuration.
    public let instance: String
    /// The call it is about.
    public let call: CallNumber?
    /// What it says.
    public let text: String
}

/// The lines of all plugins on their way to the log, which a queue of its own writes. From any thread; nobody waits.
final class ServiceLog: Sendable {
    /// Most lines on their way; what comes beyond is counted.
    static let limit = 2_000

    private struct State {
        var lines: [ServiceLogLine] = []
        var lost = 0
        var isRunning = false
        var write: (@Sendable (ServiceLogLine) -> Void)?
    }

    private let state = Mutex(State())
    private let queue: DispatchQueue?

    /// - Parameter waits: Whether a line is written before its writer goes on: for a tool.
    init(waits: Bool = false) { queue = waits ? nil : DispatchQueue(label: "tandem.plugin.log") }

    /// Has lines written from now on, and those that wait.
    func attach(_ write: @escaping @Sendable (ServiceLogLine) -> Void) {
        state.withLock { $0.write = write }
        start()
    }

    func append(_ line: ServiceLogLine) {
        state.withLock { state in
            if state.lines.count < Self.limit { state.lines.append(line) } else { state.lost += 1 }
        }
        start()
    }

    /// Runs work in a second.
    func later(_ work: @escaping @Sendable () -> Void) { queue?.asyncAfter(deadline: .now() + 1, execute: work) }

    /// Writes all that waits, before the process ends.
    func flush() { queue?.sync { run() } }

    private func start() {
        let begins = state.withLock { state in
            guard state.write != nil, !state.isRunning else { return false }
            state.isRunning = true
            return true
        }
        guard begins else { return }
        if let queue { queue.async { self.run() } } else { run() }
    }

    private func run() {
        while true {
            let (lines, lost, write) = state.withLock { state in
                defer { (state.lines, state.lost) = ([], 0) }
                if state.lines.isEmpty { state.isRunning = false }
                return (state.lines, state.lost, state.write)
            }
            guard let write, !lines.isEmpty else { return }
            lines.forEach(write)
            guard lost > 0, let last = lines.last else { continue }
            write(
                ServiceLogLine(
                    level: .warning, instance: last.instance, call: nil,
                    text: "\(lost) more lines of plugins were left out: the log is behind"))
        }
    }
}

/// The lines of one instance: as long and as many as they may be. From any thread.
final class InstanceLog: Sendable {
    /// Most bytes of a line.
    static let lineLimit = 1_000

    private struct Second {
        var number: UInt64 = 0
        var count = 0
        var surplus = 0
    }

    private let instance: String
    private let perSecond: Int
    private let log: ServiceLog
    private let clock: ServiceClock
    private let second = Mutex(Second())

    init(instance: String, perSecond: Int, log: ServiceLog, clock: ServiceClock) {
        self.instance = instance
        self.perSecond = perSecond
        self.log = log
        self.clock = clock
    }

    func write(_ level: PluginLog.Level, _ message: String, call: CallNumber?) {
        let now = clock.now / 1_000_000_000
        let (isWanted, isFirstSurplus, before) = second.withLock { second in
            var before = 0
            if second.number != now {
                before = second.surplus
                second = Second(number: now)
            }
            second.count += 1
            if second.count <= perSecond { return (true, false, before) }
            second.surplus += 1
            return (false, second.surplus == 1, before)
        }
        say(before)
        if isWanted {
            log.append(ServiceLogLine(level: level, instance: instance, call: call, text: Self.fit(message)))
        } else if isFirstSurplus {
            log.later { [weak self] in self?.saySurplus() }
        }
    }

    /// The second of a flood may be the last in which something is logged.
    private func saySurplus() {
        say(
            second.withLock { second in
                defer { second.surplus = 0 }
                return second.surplus
            })
    }

    private func say(_ surplus: Int) {
        guard surplus > 0 else { return }
        let text = "\(surplus) more lines were left out: an instance may write \(perSecond) a second"
        log.append(ServiceLogLine(level: .warning, instance: instance, call: nil, text: text))
    }

    private static func fit(_ message: String) -> String {
        guard message.utf8.count > lineLimit else { return PlainText.clean(message) }
        // Whole characters alone.
        var end = message.utf8.index(message.startIndex, offsetBy: lineLimit)
        while end.samePosition(in: message) == nil { end = message.utf8.index(before: end) }
        return PlainText.clean(String(message[..<end])) + "…"
    }
}
