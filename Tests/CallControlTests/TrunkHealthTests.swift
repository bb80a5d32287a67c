import CallControl
import Testing
import Timing

@Suite struct TrunkHealthTests {
    func time(_ seconds: UInt64) -> Timestamp { Timestamp(nanoseconds: seconds * 1_000_000_000) }

    @Test("F12: a trunk is probed every 60 s; after a miss every 5 s until it is down, with five, or up")
    func fiveMissesThenUp() {
        var health = TrunkHealth(.init(), at: time(0))
        #expect(health.fire(at: time(0)) == [.probe])
        #expect(health.deadline == time(60))
        #expect(health.failed(at: time(32)) == [])
        #expect(health.deadline == time(37))
        for miss in 2...5 {
            let due = time(UInt64(27 + 5 * miss))
            #expect(health.deadline == due && health.fire(at: due) == [.probe])
        }
        #expect(health.state == .unknown && health.missed == 4)
        #expect(health.fire(at: time(57)) == [.changed(.down), .probe])
        #expect(health.deadline == time(117))
        #expect(health.failed(at: time(89)) == [] && health.deadline == time(117))
        #expect(health.fire(at: time(117)) == [.probe])
        #expect(health.answered(200, at: time(118)) == [.changed(.up)])
        #expect(health.missed == 0 && health.deadline == time(178))
        #expect(health.changedAt == time(118))
    }

    @Test("F12: an answer after a miss ends the hurry")
    func answerAfterMiss() {
        var health = TrunkHealth(.init(), at: time(0))
        _ = health.fire(at: time(0))
        _ = health.failed(at: time(1))
        #expect(health.fire(at: time(6)) == [.probe])
        #expect(health.answered(404, at: time(7)) == [.changed(.up)])
        #expect(health.missed == 0 && health.deadline == time(67))
    }

    @Test("A miss never slows down a poll that is faster than 5 s")
    func fastPoll() {
        var health = TrunkHealth(.init(interval: .seconds(2)), at: time(0))
        _ = health.fire(at: time(0))
        _ = health.failed(at: time(1))
        #expect(health.deadline == time(2))
        _ = health.fire(at: time(2))
        #expect(health.deadline == time(4))
    }

    @Test("F12: what a peer answers to a call brings up a trunk that is down, and changes no other")
    func heard() {
        var health = TrunkHealth(.init(misses: 1), at: time(0))
        #expect(health.heard(at: time(0)) == [] && health.state == .unknown)
        _ = health.fire(at: time(0))
        #expect(health.failed(at: time(1)) == [.changed(.down)])
        #expect(health.heard(at: time(2)) == [.changed(.up)])
        #expect(health.missed == 0 && health.heard(at: time(3)) == [])
    }

    @Test("F12: a probe without any outcome when the next is due counts as a miss")
    func silenceIsAMiss() {
        var health = TrunkHealth(.init(misses: 2), at: time(0))
        #expect(health.fire(at: time(0)) == [.probe])
        #expect(health.fire(at: time(60)) == [.probe])
        #expect(health.fire(at: time(120)) == [.changed(.down), .probe])
    }

    @Test(
        "F12: 503 and 408 are misses; any other final answer proves the peer alive",
        arguments: [(503, false), (408, false), (200, true), (404, true), (501, true)] as [(UInt16, Bool)])
    func whichAnswersCount(status: UInt16, isAlive: Bool) {
        var health = TrunkHealth(.init(misses: 1), at: time(0))
        _ = health.fire(at: time(0))
        #expect(health.answered(status, at: time(1)) == [.changed(isAlive ? .up : .down)])
    }

    @Test("F12: a late second outcome of the same probe changes nothing")
    func oneOutcomePerProbe() {
        var health = TrunkHealth(.init(misses: 1), at: time(0))
        _ = health.fire(at: time(0))
        _ = health.answered(200, at: time(1))
        #expect(health.failed(at: time(2)) == [])
        #expect(health.state == .up)
    }

    @Test("A poll with interval zero is off")
    func off() {
        var health = TrunkHealth(.init(interval: .seconds(0)), at: time(0))
        #expect(health.deadline == nil)
        #expect(health.fire(at: time(100)) == [])
    }
}
