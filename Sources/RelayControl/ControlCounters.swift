import Synchronization

/// What has happened on the connections of commands, for the whole relay. From any thread.
public final class ControlCounters: Sendable {
    private let open = Atomic<Int>(0)
    private let refusedPeers = Atomic<UInt64>(0)
    private let unreadable = Atomic<UInt64>(0)
    private let slow = Atomic<UInt64>(0)
    private let overloaded = Atomic<UInt64>(0)

    /// Nothing yet.
    public init() {}

    /// Connections now.
    public var openCount: Int { open.load(ordering: .relaxed) }
    /// Connections that were refused: of another user, or too many.
    public var refusedCount: UInt64 { refusedPeers.load(ordering: .relaxed) }
    /// Connections closed because of a message that can't be read.
    public var unreadableCount: UInt64 { unreadable.load(ordering: .relaxed) }
    /// Connections closed because they didn't read what they were sent.
    public var slowCount: UInt64 { slow.load(ordering: .relaxed) }
    /// Commands refused because a thread had too many waiting.
    public var overloadedCount: UInt64 { overloaded.load(ordering: .relaxed) }

    /// A connection has begun.
    public func noteOpened() { open.add(1, ordering: .relaxed) }
    /// A connection has ended.
    public func noteClosed() { open.subtract(1, ordering: .relaxed) }
    /// A connection was refused.
    public func noteRefused() { refusedPeers.add(1, ordering: .relaxed) }
    /// A message can't be read.
    public func noteUnreadable() { unreadable.add(1, ordering: .relaxed) }
    /// A connection doesn't read.
    public func noteSlow() { slow.add(1, ordering: .relaxed) }
    /// A command was refused for want of room.
    public func noteOverloaded() { overloaded.add(1, ordering: .relaxed) }
}
