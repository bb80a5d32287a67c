public import Timing

/// Whether a trunk's peer answers: the OPTIONS poll of one trunk (RFC 3261 §11, F12).
///
/// A machine without I/O: its owner sends a probe when told, reports what came of it, and calls `fire` at `deadline`.
public struct TrunkHealth: Sendable {
    /// How a trunk is polled.
    public struct Settings: Hashable, Sendable {
        /// The time from one probe to the next; zero switches the poll off.
        public var interval: TimeInterval
        /// Probes in a row without an answer after which the trunk is down.
        public var misses: Int
        /// The time from a missed probe to the next, until the trunk is up or down: never more than `interval`.
        public var retry: TimeInterval

        /// Every 60 s, down after five misses, of which the later ones follow each other in 5 s.
        public init(interval: TimeInterval = .seconds(60), misses: Int = 5, retry: TimeInterval = .seconds(5)) {
            self.interval = interval
            self.misses = max(1, misses)
            self.retry = min(retry, interval)
        }
    }

    /// What is known about the peer. A trunk is used until it's known to be down.
    public enum State: UInt8, Sendable {
        /// No probe was answered or missed yet, or the poll is off.
        case unknown
        /// The last probe was answered.
        case up
        /// `misses` probes in a row were not answered.
        case down
    }

    /// What the owner has to do after an input.
    public enum Effect: Sendable, Equatable {
        /// Send an OPTIONS request to the peer.
        case probe
        /// The state has changed to this: tell routing and the operator.
        case changed(State)
    }

    /// What is known now.
    public private(set) var state: State = .unknown
    /// Probes in a row that were not answered.
    public private(set) var missed = 0
    /// When `fire` has to be called; nil when the poll is off.
    public private(set) var deadline: Timestamp?
    /// When the state last changed.
    public private(set) var changedAt: Timestamp

    private let settings: Settings
    private var isWaiting = false

    /// A trunk that nothing is known about; its first probe is due after `delay`, so that many trunks don't probe in
    /// the same instant.
    public init(_ settings: Settings, at now: Timestamp, delay: TimeInterval = .milliseconds(0)) {
        self.settings = settings
        changedAt = now
        deadline = settings.interval.nanoseconds == 0 ? nil : now + delay
    }

    /// The time of the next probe has come. A probe still without an outcome counts as missed.
    public mutating func fire(at now: Timestamp) -> [Effect] {
        guard let due = deadline, due <= now else { return [] }
        var effects: [Effect] = isWaiting ? miss(at: now) : []
        deadline = now + pace
        isWaiting = true
        effects.append(.probe)
        return effects
    }

    /// Whether a response says that the peer is there: 408 and 503 say that nobody is served.
    public static func provesLife(_ status: UInt16) -> Bool { status != 408 && status != 503 }

    /// The peer answered a probe with a final status. One that doesn't prove it alive counts as missed.
    public mutating func answered(_ status: UInt16, at now: Timestamp) -> [Effect] {
        guard isWaiting else { return [] }
        isWaiting = false
        guard Self.provesLife(status) else { return miss(at: now) }
        if missed > 0 { deadline = now + settings.interval }
        missed = 0
        return change(to: .up, at: now)
    }

    /// A probe could not be sent or timed out.
    public mutating func failed(at now: Timestamp) -> [Effect] {
        guard isWaiting else { return [] }
        isWaiting = false
        return miss(at: now)
    }

    /// The peer of a trunk that is down has answered something else than a probe: a request of a call.
    public mutating func heard(at now: Timestamp) -> [Effect] {
        guard state == .down else { return [] }
        missed = 0
        return change(to: .up, at: now)
    }

    /// The time from a probe to the next: short while it is open whether the peer is still there.
    private var pace: TimeInterval { missed > 0 && state != .down ? settings.retry : settings.interval }

    private mutating func miss(at now: Timestamp) -> [Effect] {
        missed += 1
        let effects = missed >= settings.misses ? change(to: .down, at: now) : []
        deadline = deadline.map { min($0, now + pace) }
        return effects
    }

    private mutating func change(to new: State, at now: Timestamp) -> [Effect] {
        guard state != new else { return [] }
        state = new
        changedAt = now
        return [.changed(new)]
    }
}
