/// A length of time in whole nanoseconds: 64 bits, unlike `Duration`, so that timer arithmetic stays in a register.
@frozen public struct TimeInterval: Hashable, Comparable, Sendable {
    /// The length in nanoseconds.
    public let nanoseconds: UInt64

    /// A length in nanoseconds.
    @inlinable public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// A length in milliseconds. Traps when it exceeds 584 years.
    @inlinable public static func milliseconds(_ count: UInt64) -> TimeInterval {
        TimeInterval(nanoseconds: count * 1_000_000)
    }

    /// A length in seconds. Traps when it exceeds 584 years.
    @inlinable public static func seconds(_ count: UInt64) -> TimeInterval {
        TimeInterval(nanoseconds: count * 1_000_000_000)
    }

    /// Orders by length.
    @inlinable public static func < (left: TimeInterval, right: TimeInterval) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The length multiplied by a whole number. Traps on overflow.
    @inlinable public static func * (interval: TimeInterval, factor: UInt64) -> TimeInterval {
        TimeInterval(nanoseconds: interval.nanoseconds * factor)
    }

    /// The length in whole milliseconds, rounded down.
    @inlinable public var wholeMilliseconds: UInt64 { nanoseconds / 1_000_000 }
}
