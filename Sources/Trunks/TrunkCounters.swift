import Synchronization

/// What a trunk has carried, counted by every shard at once. From any thread; counting takes no lock.
public final class TrunkCounters: Sendable {
    private let callsNow = Atomic<Int>(0)
    private let attemptsTotal = Atomic<Int>(0)
    private let failuresTotal = Atomic<Int>(0)
    private let callsTotal = Atomic<Int>(0)

    /// Starts at zero.
    public init() {}

    /// Calls up, in either direction.
    public var calls: Int { callsNow.load(ordering: .relaxed) }
    /// Calls that came from the trunk since the start.
    public var received: Int { callsTotal.load(ordering: .relaxed) }
    /// INVITEs sent to the trunk since the start.
    public var attempts: Int { attemptsTotal.load(ordering: .relaxed) }
    /// Of those, how many ended in 5xx, 6xx, a time-out or a transport error.
    public var failures: Int { failuresTotal.load(ordering: .relaxed) }

    /// A call came from the trunk.
    public func callReceived() {
        callsTotal.add(1, ordering: .relaxed)
        callsNow.add(1, ordering: .relaxed)
    }

    /// An INVITE was sent to the trunk.
    public func attemptBegan() {
        attemptsTotal.add(1, ordering: .relaxed)
        callsNow.add(1, ordering: .relaxed)
    }

    /// A call that came from the trunk, or an attempt, is over.
    public func ended(isFailure: Bool = false) {
        callsNow.subtract(1, ordering: .relaxed)
        if isFailure { failuresTotal.add(1, ordering: .relaxed) }
    }
}
