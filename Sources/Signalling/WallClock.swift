import Foundation
import ShardLoop
import Timing

/// Tells the time of day of a point on the monotonic clock, for people to read.
struct WallClock: Sendable {
    private let origin = Date()
    private let mark = MonotonicClock.now()

    /// What is added to a time of the monotonic clock to get nanoseconds since 1970.
    static var offset: UInt64 {
        UInt64(Date().timeIntervalSince1970 * 1e9) &- MonotonicClock.now().nanoseconds
    }

    /// When the clock was made, which is when the daemon began.
    var start: Timestamp { mark }

    /// Seconds since `time`.
    func age(of time: Timestamp) -> Double { Double((MonotonicClock.now() - time).nanoseconds) / 1e9 }

    /// ISO 8601 in UTC, to the millisecond.
    func text(_ time: Timestamp) -> String {
        let seconds =
            time >= mark
            ? Double((time - mark).nanoseconds) / 1e9 : -Double((mark - time).nanoseconds) / 1e9
        return (origin + seconds).formatted(.iso8601.time(includingFractionalSeconds: true))
    }
}
