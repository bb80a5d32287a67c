@testable import Timing

/// A wheel in a class, because `#expect` can't call a mutating function of a noncopyable value; times are nanoseconds.
final class WheelBox {
    private var wheel: TimerWheel

    init(now: UInt64, limit: Int = TimerWheel.defaultLimit) {
        wheel = TimerWheel(now: Timestamp(nanoseconds: now), limit: limit)
    }

    var count: Int { wheel.count }
    var refusedCount: UInt64 { wheel.refusedCount }
    var nextDeadline: UInt64? { wheel.nextDeadline?.nanoseconds }

    func schedule(at deadline: UInt64, _ first: UInt64, _ second: UInt64 = 0) -> TimerID? {
        wheel.schedule(at: Timestamp(nanoseconds: deadline), payload: (first, second))
    }

    func cancel(_ id: TimerID) -> Bool { wheel.cancel(id) }

    /// The first word of the timer that fires, when its second word is the first one's complement or 0.
    func popExpired(now: UInt64) -> UInt64? {
        guard let (first, second) = wheel.popExpired(now: Timestamp(nanoseconds: now)) else { return nil }
        return second == 0 || second == ~first ? first : nil
    }
}
