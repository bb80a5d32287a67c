/// A point on the monotonic clock, in nanoseconds since an arbitrary origin.
///
/// Protocol machines never read a clock: every input carries `now` as a `Timestamp`, so the simulation can
/// run them in virtual time.
@frozen public struct Timestamp: Hashable, Comparable, Sendable {
    /// Nanoseconds since the origin of the clock that made this value.
    public let nanoseconds: UInt64

    /// Wraps a reading of the monotonic clock.
    @inlinable public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// Orders by time.
    @inlinable public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The point `interval` later. Saturates instead of wrapping.
    @inlinable public static func + (time: Timestamp, interval: TimeInterval) -> Timestamp {
        let (sum, overflow) = time.nanoseconds.addingReportingOverflow(interval.nanoseconds)
        return Timestamp(nanoseconds: overflow ? .max : sum)
    }

    /// The time from `earlier` to `later`; zero when `later` is not later.
    @inlinable public static func - (later: Timestamp, earlier: Timestamp) -> TimeInterval {
        TimeInterval(nanoseconds: later.nanoseconds > earlier.nanoseconds ? later.nanoseconds - earlier.nanoseconds : 0)
    }
}
