public import CallControl
public import ServerLocation
import Synchronization
public import Timing

/// How one trunk is, for every shard and for `tandem trunks`. From any thread.
public final class TrunkStatus: Sendable {
    /// What was true of a trunk at one moment.
    public struct Snapshot: Hashable, Sendable {
        /// Whether calls are sent there.
        public var state: TrunkHealth.State
        /// Why, in a few words.
        public var reason: String
        /// When the state changed; nil when it never did.
        public var changedAt: Timestamp?
        /// The peer's servers by rank; empty while its name can't be resolved.
        public var servers: [ServerGroup]
        /// What is known about our registration at the peer; nil where there is none.
        public var registration: RegistrationReport?
    }

    /// The trunk's name.
    public let name: String
    /// What it has carried.
    public let counters = TrunkCounters()

    private struct Facts {
        var health = TrunkHealth.State.unknown
        var healthReason = "no answer to OPTIONS yet"
        var location: ServerLocation
        var connectionProblem: String?
        var changedAt: Timestamp?
        var registration: RegistrationReport?

        var state: TrunkHealth.State { location.groups.isEmpty ? .down : health }
        var reason: String {
            if location.groups.isEmpty { return location.problem ?? "the peer's name is not resolved yet" }
            let problems = [location.problem.map { "\($0), what was known is kept" }, connectionProblem]
            return ([healthReason] + problems.compactMap(\.self)).joined(separator: "; ")
        }
    }

    private let facts: Mutex<Facts>
    /// `facts.state` again, for the packet path.
    private let up: Atomic<Bool>

    /// A trunk that nothing is known about.
    /// - Parameters:
    ///   - location: where the peer is; without servers when its name is not resolved yet.
    ///   - isPolled: whether the peer will be asked for its health.
    public init(name: String, location: ServerLocation, isPolled: Bool) {
        self.name = name
        var first = Facts(location: location)
        if !isPolled { first.healthReason = "not asked: options-interval is off" }
        up = Atomic(first.state != .down)
        facts = Mutex(first)
    }

    /// Whether new calls may be sent there: it is not known to be down. Takes no lock.
    public var isUsable: Bool { up.load(ordering: .relaxed) }

    /// What is true now.
    public var snapshot: Snapshot {
        facts.withLock {
            Snapshot(
                state: $0.state, reason: $0.reason, changedAt: $0.changedAt, servers: $0.location.groups,
                registration: $0.registration)
        }
    }

    /// Takes note of the peer's health and why: `answered OPTIONS with 200`. Returns whether the trunk's state changed.
    @discardableResult
    public func healthChanged(to state: TrunkHealth.State, because reason: String, at now: Timestamp) -> Bool {
        change(at: now) {
            $0.health = state
            $0.healthReason = reason
        }
    }

    /// The peer was looked for: where it is, or what is known of it meanwhile. Returns whether the trunk's state changed.
    @discardableResult
    public func located(_ location: ServerLocation, at now: Timestamp) -> Bool {
        change(at: now) { $0.location = location }
    }

    /// Takes note of our registration at the peer.
    public func registrationChanged(to report: RegistrationReport, at now: Timestamp) {
        facts.withLock {
            $0.registration = report
            $0.changedAt = now
        }
    }

    /// No connection can be made to the peer, since its or our certificate is refused or the like; shown until one is made.
    public func connectionFailed(because problem: String) { facts.withLock { $0.connectionProblem = problem } }

    /// A connection to the peer was made.
    public func connected() { facts.withLock { $0.connectionProblem = nil } }

    private func change(at now: Timestamp, _ body: (inout Facts) -> Void) -> Bool {
        facts.withLock { facts in
            let before = facts.state
            body(&facts)
            guard facts.state != before else { return false }
            facts.changedAt = now
            up.store(facts.state != .down, ordering: .relaxed)
            return true
        }
    }
}
