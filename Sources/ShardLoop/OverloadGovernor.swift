public import Timing

/// Says when a thread that never comes to rest should begin nothing new, so that what it has begun goes on in time.
///
/// A thread that has slept for less than `busyShare` of a window has more to do than it can: it is *limited*. From then on what is
/// new may be begun only in the first `budget` of each batch (otherwise, in the first `window`). Everything else of the batch is
/// handled, and so is what waits for the thread, so nothing waits for longer than a batch; and the time that there is goes into calls that are served, not into a
/// queue of those whose callers have given up. Once the thread sleeps for `restShare` of a window again, it is no longer limited.
///
/// A value without a clock: all times come from outside. Confined to the thread.
public struct OverloadGovernor: Sendable {
    /// How often it is looked how long the thread has slept.
    public static let window = TimeInterval.milliseconds(250)
    /// How long new things may be begun from the beginning of a batch.
    public static let budget = TimeInterval.milliseconds(20)
    /// In parts of a hundred of the window: less sleep is none.
    static let busyShare: UInt64 = 2
    /// In parts of a hundred of the window: so much sleep is rest.
    static let restShare: UInt64 = 15

    /// Whether the thread has more to do than it can.
    public private(set) var isLimited = false
    private var windowBegan: Timestamp
    private var idleThen: TimeInterval

    /// A governor of a thread that has slept for `idle` since its beginning.
    public init(now: Timestamp, idle: TimeInterval = TimeInterval(nanoseconds: 0)) {
        (windowBegan, idleThen) = (now, idle)
    }

    /// A batch that began at a moment is over; the thread has slept for `idle` since its beginning.
    public mutating func endBatch(begun now: Timestamp, idle: TimeInterval) {
        let length = now - windowBegan
        guard length >= Self.window else { return }
        let slept = idle.nanoseconds - idleThen.nanoseconds
        if slept * 100 < length.nanoseconds * Self.busyShare {
            isLimited = true
        } else if slept * 100 >= length.nanoseconds * Self.restShare {
            isLimited = false
        }
        (windowBegan, idleThen) = (now, idle)
    }

    /// Whether something new may be begun at a moment of the batch that began at `begun`.
    public func mayBegin(at now: Timestamp, inBatchOf begun: Timestamp) -> Bool {
        now - begun < (isLimited ? Self.budget : Self.window)
    }
}
