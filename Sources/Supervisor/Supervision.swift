public import Timing

/// What is to be done when a process ends, and when Tandem is to stop. Sans-IO: whoever owns the
/// processes tells what happens and does what is said.
///
/// The relay, if there is one, starts first, signalling when the relay serves. A process that ends before it has served once makes an end
/// of everything: its own words say why. Later it is started again after a pause that grows while it doesn't last, and
/// the other isn't touched. To stop, signalling ends first, so that it can say good-bye to its calls.
public struct Supervision {
    /// What is to be done.
    public enum Action: Hashable, Sendable {
        /// Start a process.
        case start(ProcessRole)
        /// Ask a process to end (SIGTERM).
        case ask(ProcessRole)
        /// End a process that doesn't (SIGKILL).
        case kill(ProcessRole)
        /// All serve for the first time.
        case announce
        /// Tell the operator.
        case report(SupervisionReport)
        /// Everything has ended; this is the exit code of the whole.
        case finish(code: Int32)
    }

    /// The pause before a process that ended is started again: the first, doubled with each further one.
    public static let firstPause = TimeInterval.milliseconds(20)
    /// The longest pause.
    public static let longestPause = TimeInterval.seconds(10)
    /// A process that has run this long starts with the first pause anew.
    public static let lastingLife = TimeInterval.seconds(60)
    /// How long a process may take until it serves.
    public static let startPatience = TimeInterval.seconds(60)
    /// How long a process may take to end when it is asked.
    public static let endPatience = TimeInterval.seconds(10)

    private enum State {
        case absent
        case starting(since: Timestamp)
        case serving(since: Timestamp)
        case pausing(until: Timestamp)
        case ending(until: Timestamp)
        case killed(since: Timestamp)
    }

    private struct Life {
        var state = State.absent
        var pause = Supervision.firstPause
        var hasServed = false

        var isRunning: Bool {
            switch state {
            case .absent, .pausing: false
            case .starting, .serving, .ending, .killed: true
            }
        }
    }

    /// The processes that there are.
    let roles: [ProcessRole]
    private var lives: [ProcessRole: Life] = [:]
    private var isAnnounced = false
    /// The exit code to be; nil while nothing ends.
    private var code: Int32?

    /// Nothing runs yet. Without its own relay, there is signalling alone.
    public init(hasRelay: Bool = true) { roles = hasRelay ? ProcessRole.allCases : [.signalling] }

    /// Whether everything is about to end.
    public var isStopping: Bool { code != nil }

    /// Whether a process serves now.
    public func isServing(_ role: ProcessRole) -> Bool {
        if case .serving = self[role].state { true } else { false }
    }

    private subscript(role: ProcessRole) -> Life {
        get { lives[role] ?? Life() }
        set { lives[role] = newValue }
    }

    /// The beginning.
    public mutating func begin(now: Timestamp) -> [Action] { [start(roles[0], now)] }

    /// A process serves.
    public mutating func serves(_ role: ProcessRole, now: Timestamp) -> [Action] {
        guard case .starting(let since) = self[role].state else { return [] }
        self[role].state = .serving(since: since)
        self[role].hasServed = true
        if code == nil, role == .relay, lives[.signalling] == nil { return [start(.signalling, now)] }
        guard !isAnnounced, roles.allSatisfy({ self[$0].hasServed }) else { return [] }
        isAnnounced = true
        return [.announce]
    }

    /// A process has ended.
    public mutating func ended(_ role: ProcessRole, _ ending: ProcessEnding, now: Timestamp) -> [Action] {
        let state = self[role].state
        guard self[role].isRunning else { return [] }
        self[role].state = .absent
        if let code {
            if !ending.isOrderly, code == 0 { self.code = 1 }
            return (ending.isOrderly ? [] : [.report(.ended(role, ending))]) + stopNext(now)
        }
        guard self[role].hasServed else {
            if case .exit(let own) = ending, own != 0 { code = own } else { code = 1 }
            return [.report(.failed(role, ending))] + stopNext(now)
        }
        if Self.lifetime(state, until: now) >= Self.lastingLife { self[role].pause = Self.firstPause }
        let pause = self[role].pause
        self[role].pause = min(pause * 2, Self.longestPause)
        self[role].state = .pausing(until: now + pause)
        return [.report(.restarts(role, ending, after: pause))]
    }

    /// Tandem is to stop. Asked a second time, the process that is about to end is asked again, which hurries it.
    public mutating func stop(now: Timestamp) -> [Action] {
        if code == nil {
            code = 0
            return stopNext(now)
        }
        return roles.filter { if case .ending = self[$0].state { true } else { false } }.map { .ask($0) }
    }

    /// When `advance` is wanted next; nil when nothing waits.
    public var nextDeadline: Timestamp? { lives.values.compactMap { Self.deadline($0.state) }.min() }

    /// Does what is due.
    public mutating func advance(to now: Timestamp) -> [Action] {
        var actions: [Action] = []
        for role in roles {
            guard let deadline = Self.deadline(self[role].state), deadline <= now else { continue }
            switch self[role].state {
            case .pausing: actions.append(start(role, now))
            case .starting(let since):
                self[role].state = .killed(since: since)
                actions += [.report(.neverServed(role)), .kill(role)]
            case .ending:
                self[role].state = .killed(since: now)
                actions += [.report(.neverEnded(role)), .kill(role)]
            case .absent, .serving, .killed: break
            }
        }
        return actions
    }

    private mutating func start(_ role: ProcessRole, _ now: Timestamp) -> Action {
        self[role].state = .starting(since: now)
        return .start(role)
    }

    /// Asks the next process to end: signalling before the relay.
    private mutating func stopNext(_ now: Timestamp) -> [Action] {
        for role in roles {
            if case .pausing = self[role].state { self[role].state = .absent }
        }
        for role in roles.reversed() {
            switch self[role].state {
            case .absent, .pausing: break
            case .starting, .serving:
                self[role].state = .ending(until: now + Self.endPatience)
                return [.ask(role)]
            case .ending, .killed: return []
            }
        }
        return [.finish(code: code ?? 0)]
    }

    private static func lifetime(_ state: State, until now: Timestamp) -> TimeInterval {
        switch state {
        case .starting(let since), .serving(let since), .killed(let since): now - since
        case .absent, .pausing, .ending: TimeInterval(nanoseconds: 0)
        }
    }

    private static func deadline(_ state: State) -> Timestamp? {
        switch state {
        case .starting(let since): since + startPatience
        case .pausing(let until), .ending(let until): until
        case .absent, .serving, .killed: nil
        }
    }
}
