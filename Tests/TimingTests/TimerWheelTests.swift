import Testing

@testable import Timing

struct TimerWheelTests {
    static let ms: UInt64 = 1_000_000

    @Test("A node takes 32 bytes")
    func nodeSize() {
        #expect(MemoryLayout<TimerWheel.Node>.stride == 32)
    }

    @Test("A timer fires at its deadline, not before, with its two words", arguments: [0, 1, 999_999, 1_000_000])
    func firesAtDeadline(phase: UInt64) {
        let wheel = WheelBox(now: 5 * Self.ms + phase)
        let deadline = 5 * Self.ms + phase + 500 * Self.ms
        #expect(wheel.schedule(at: deadline, 7, ~7) != nil)
        #expect(wheel.popExpired(now: deadline - 1) == nil)
        #expect(wheel.popExpired(now: deadline + Self.ms - 1) == 7)
        #expect(wheel.count == 0)
    }

    @Test("The deadline that the wheel reports is one at which the timer fires")
    func reportsDeadline() {
        let wheel = WheelBox(now: 0)
        #expect(wheel.nextDeadline == nil)
        _ = wheel.schedule(at: 500 * Self.ms - 3, 1)
        #expect(wheel.nextDeadline == 500 * Self.ms)
        #expect(wheel.popExpired(now: 500 * Self.ms) == 1)
        #expect(wheel.nextDeadline == nil)
    }

    @Test("Timers of one tick fire in the order they were scheduled, from whatever level they come")
    func tiesInInsertionOrder() {
        let wheel = WheelBox(now: 0)
        let deadline = 3 * 3_600_000 * Self.ms
        _ = wheel.schedule(at: deadline, 1)
        #expect(wheel.popExpired(now: deadline - 3_600_000 * Self.ms) == nil)
        _ = wheel.schedule(at: deadline, 2)
        #expect(wheel.popExpired(now: deadline - 2 * Self.ms) == nil)
        _ = wheel.schedule(at: deadline, 3)
        #expect(wheel.popExpired(now: deadline) == 1)
        #expect(wheel.popExpired(now: deadline) == 2)
        #expect(wheel.popExpired(now: deadline) == 3)
        #expect(wheel.popExpired(now: deadline) == nil)
    }

    @Test("A far timer fires at its deadline", arguments: [8_191, 8_192, 8_193, 8_388_607, 8_388_608, 700_000_000])
    func farTimer(milliseconds: UInt64) {
        for start in [0, 8_190, 8_388_600, 4_294_967_290] as [UInt64] {
            let wheel = WheelBox(now: start * Self.ms)
            _ = wheel.schedule(at: (start + milliseconds) * Self.ms, 1)
            #expect(wheel.popExpired(now: (start + milliseconds) * Self.ms - 1) == nil)
            #expect(wheel.popExpired(now: (start + milliseconds) * Self.ms) != nil)
        }
    }

    @Test("A deadline beyond the horizon is brought to it")
    func horizon() {
        let wheel = WheelBox(now: 0)
        _ = wheel.schedule(at: .max, 1)
        let horizon = TimerWheel.horizon.nanoseconds
        #expect(wheel.popExpired(now: horizon - 1) == nil)
        #expect(wheel.popExpired(now: horizon) != nil)
    }

    @Test("A cancelled timer doesn't fire, and its id doesn't reach the node's next timer")
    func cancel() throws {
        let wheel = WheelBox(now: 0)
        let old = try #require(wheel.schedule(at: 10 * Self.ms, 1, 0))
        #expect(wheel.cancel(old))
        let new = try #require(wheel.schedule(at: 10 * Self.ms, 2, 0))
        #expect(new != old)
        #expect(!wheel.cancel(old))
        #expect(!wheel.cancel(.none))
        #expect(wheel.popExpired(now: 10 * Self.ms) == 2)
        #expect(!wheel.cancel(new))
    }

    @Test("A timer that is due but not yet taken can be cancelled")
    func cancelDue() throws {
        let wheel = WheelBox(now: 0)
        _ = wheel.schedule(at: 10 * Self.ms, 1)
        let second = try #require(wheel.schedule(at: 10 * Self.ms, 2, 0))
        _ = wheel.schedule(at: 10 * Self.ms, 3)
        #expect(wheel.popExpired(now: 10 * Self.ms) == 1)
        #expect(wheel.nextDeadline == 10 * Self.ms)
        #expect(wheel.cancel(second))
        #expect(wheel.popExpired(now: 10 * Self.ms) == 3)
    }

    @Test("A timer that is scheduled for now while timers fire comes one tick later: a turn always ends")
    func rescheduleForNow() {
        let wheel = WheelBox(now: 0)
        #expect(wheel.popExpired(now: 10 * Self.ms) == nil)
        _ = wheel.schedule(at: 0, 0)
        var fired: [UInt64] = []
        for now in [10 * Self.ms, 11 * Self.ms, 12 * Self.ms] {
            while let timer = wheel.popExpired(now: now) {
                fired.append(timer)
                _ = wheel.schedule(at: now, timer + 1)
            }
        }
        #expect(fired == [0, 1])
    }

    @Test("At its limit the wheel refuses and counts; a cancelled timer makes room")
    func limit() throws {
        let wheel = WheelBox(now: 0, limit: 1_500)
        var ids: [TimerID] = []
        for index in 0..<1_500 { ids.append(try #require(wheel.schedule(at: Self.ms, UInt64(index), 0))) }
        #expect(wheel.schedule(at: Self.ms, 0) == nil)
        #expect(wheel.refusedCount == 1)
        #expect(wheel.cancel(ids[700]))
        #expect(wheel.schedule(at: Self.ms, 0) != nil)
    }

    @Test("Sleeping until each reported deadline fires every timer on time")
    func sleepingByNextDeadline() throws {
        let wheel = WheelBox(now: 0)
        var random = SplitMix(state: 11)
        var pending: Set<UInt64> = []
        for _ in 0..<300 {
            let tick = random.next() % 40_000_000
            if pending.insert(tick).inserted { _ = wheel.schedule(at: tick * Self.ms, tick) }
        }
        while let now = wheel.nextDeadline {
            while let timer = wheel.popExpired(now: now) {
                #expect(timer * Self.ms == now)
                pending.remove(timer)
            }
            #expect(pending.allSatisfy { $0 * Self.ms > now })
        }
        #expect(pending.isEmpty)
    }
}
