import CLinux
import Glibc
import Synchronization

/// Wakes or stops a loop from another thread.
///
/// Made before the loop, so that the mailboxes of all shards exist before their threads do. Waking costs one atomic
/// exchange while the loop is awake, and one `write` to an eventfd per sleep otherwise.
public final class LoopWaker: Sendable {
    let descriptor: Int32
    private let isAsleep = Atomic<Bool>(false)
    private let isStopRequested = Atomic<Bool>(false)
    private let writes = Atomic<UInt64>(0)
    private let batches = Atomic<UInt64>(0)
    private let steps = Atomic<UInt64>(0)

    /// Makes a waker, with an eventfd of its own.
    public init() throws(LoopError) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard descriptor >= 0 else { throw LoopError(operation: .createWaker, code: errno) }
    }

    deinit { close(descriptor) }

    /// Makes a sleeping loop look at its mailboxes; free while it is awake. From any thread.
    public func wake() {
        guard isAsleep.exchange(false, ordering: .sequentiallyConsistent) else { return }
        writes.add(1, ordering: .relaxed)
        eventfd_write(descriptor, 1)
    }

    /// Makes `run()` return after its current batch, for good. From any thread.
    public func stop() {
        isStopRequested.store(true, ordering: .sequentiallyConsistent)
        wake()
    }

    /// Times that a sleeping loop had to be woken through the kernel.
    public var wakeCount: UInt64 { writes.load(ordering: .relaxed) }

    /// Whether the loop waits for something to do.
    public var isSleeping: Bool { isAsleep.load(ordering: .relaxed) }

    /// Batches that the loop has begun.
    public var batchCount: UInt64 { batches.load(ordering: .relaxed) }

    /// What the loop has done so far, in batches and in steps of long ones (`ShardLoop.step`). From any thread: a loop that is
    /// awake and doesn't count is stuck.
    public var progress: UInt64 { batchCount &+ steps.load(ordering: .relaxed) }

    /// Whether `stop()` was called.
    public var isStopped: Bool { isStopRequested.load(ordering: .sequentiallyConsistent) }

    /// The loop is about to sleep. It looks at its mailboxes *after* this: a post that it doesn't see then finds the
    /// flag set, and writes.
    func willSleep() { isAsleep.store(true, ordering: .sequentiallyConsistent) }

    func didWake() { isAsleep.store(false, ordering: .relaxed) }

    /// A batch begins. Only the loop's own thread counts.
    func beginBatch() { batches.store(batches.load(ordering: .relaxed) &+ 1, ordering: .relaxed) }

    /// One of the things of a batch is next. Only the loop's own thread counts.
    func step() { steps.store(steps.load(ordering: .relaxed) &+ 1, ordering: .relaxed) }

    /// Takes the wake-up out of the eventfd.
    func drain() {
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
    }
}
