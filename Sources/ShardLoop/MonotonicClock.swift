import Glibc
import Timing

/// The clock of every shard: `CLOCK_MONOTONIC`.
public enum MonotonicClock {
    /// The time now; its origin is arbitrary, and it never goes back.
    public static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Timestamp(nanoseconds: UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec))
    }
}
