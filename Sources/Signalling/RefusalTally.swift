import CallControl
import TandemKit
import Timing

/// Counts refused calls, so that a flood of them is one log line a second. A value; the clock is the caller's.
struct RefusalTally {
    /// The least time from one line to the next.
    static let pause = TimeInterval.seconds(1)

    private struct Count {
        var calls = 0
        var silentUntil: Timestamp?
    }

    private var counts = Array(repeating: Count(), count: CallRefusal.allCases.count)

    /// Takes note of a refused call. Returns how many were refused for this cause since they were last told, when it is
    /// time to tell; else nil.
    mutating func add(_ refusal: CallRefusal, at now: Timestamp) -> Int? {
        let index = Int(refusal.rawValue)
        counts[index].calls += 1
        if let end = counts[index].silentUntil, now < end { return nil }
        defer { counts[index] = Count(calls: 0, silentUntil: now + Self.pause) }
        return counts[index].calls
    }
}
