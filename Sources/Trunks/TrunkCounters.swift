import Synchronization

/// What a trunk has carried since the start, counted by every shard at once. From any thread; counting takes no lock.
public final class TrunkCounters: Sendable {
    private let receivedTotal = Atomic<Int>(0)
    private let attemptsTotal = Atomic<Int>(0)
    private let failuresTotal = Atomic<Int>(0)

    /// Starts at zero.
    public init() {}

    /// Calls that came from the trunk.
    public var received: Int { receivedTotal.load(ordering: .relaxed) }
    /// Calls that were tried on the trunk.
    public var attempts: Int { attemptsTotal.load(ordering: .relaxed) }
    /// Of those, how many the peer refused or did not answer.
    public var failures: Int { failuresTotal.load(ordering: .relaxed) }

    /// A call came from the trunk.
    public func callReceived() { receivedTotal.add(1, ordering: .relaxed) }

    /// A call is tried on the trunk.
    public func attemptBegan() { attemptsTotal.add(1, ordering: .relaxed) }

    /// An attempt has failed.
    public func attemptFailed() { failuresTotal.add(1, ordering: .relaxed) }
}
