import CallControl
import Testing
import Timing

@Suite struct TrunkHealthTests {
    func time(_ seconds: UInt64) -> Timestamp { Timestamp(nanoseconds: seconds * 1_000_000_000) }

    @Test("F12: a trunk is probed every 60 s, is down after five misses and up at the first answer")
    func fiveMissesThenUp() {
        var health = TrunkHealth(.init(), at: time(0))
        #expect(health.fire(at: time(0)) == [.probe])
        for miss in 1...4 {
            #expect(health.failed(at: time(UInt64(miss) * 60 - 28)) == [])
            #expect(health.deadline == time(UInt64(miss) * 60))
            #expect(health.fire(at: time(UInt64(miss) * 60)) == [.probe])
        }
        #expect(health.state == .unknown)
        #expect(health.failed(at: time(272)) == [.changed(.down)])
        #expect(health.fire(at: time(300)) == [.probe])
        #expect(health.answered(200, at: time(301)) == [.changed(.up)])
        #expect(health.missed == 0)
        #expect(health.changedAt == time(301))
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
