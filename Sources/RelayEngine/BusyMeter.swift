import Glibc
import Timing

/// Measures which share of its time the calling thread has a core.
struct BusyMeter {
    private var lastTime: Timestamp
    private var lastUse: UInt64

    /// Begins to measure.
    init(now: Timestamp) {
        lastTime = now
        lastUse = Self.use()
    }

    /// The share since the last call, from 0 to 1.
    mutating func share(until now: Timestamp) -> Double {
        let use = Self.use()
        defer { (lastTime, lastUse) = (now, use) }
        let passed = (now - lastTime).nanoseconds
        return passed > 0 ? min(1, Double(use &- lastUse) / Double(passed)) : 0
    }

    private static func use() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
