import ShardLoop
import Testing
import Timing

@Suite("What a thread may begin that never comes to rest")
struct OverloadGovernorTests {
    /// A thread whose batches have a length and a sleep behind them.
    private struct Worker {
        var now = Timestamp(nanoseconds: 1_000_000_000)
        var idle = TimeInterval(nanoseconds: 0)
        var governor: OverloadGovernor

        init() { governor = OverloadGovernor(now: now, idle: idle) }

        mutating func work(seconds: UInt64, batch: UInt64, sleep: UInt64) {
            let end = now + .seconds(seconds)
            while now < end {
                governor.endBatch(begun: now, idle: idle)
                now = now + .milliseconds(batch + sleep)
                idle = TimeInterval(nanoseconds: idle.nanoseconds + sleep * 1_000_000)
            }
        }

        func mayBegin(after milliseconds: UInt64) -> Bool {
            governor.mayBegin(at: now + .milliseconds(milliseconds), inBatchOf: now)
        }
    }

    @Test("A burst is begun for a quarter of a second; only who never rests for so long is limited")
    func burst() {
        var worker = Worker()
        worker.work(seconds: 1, batch: 5, sleep: 20)
        #expect(!worker.governor.isLimited && worker.mayBegin(after: 249) && !worker.mayBegin(after: 250))
    }

    @Test("Who never rests begins nothing new beyond the first 20 ms of a batch, and says so within half a second")
    func overload() {
        var worker = Worker()
        worker.work(seconds: 1, batch: 40, sleep: 0)
        #expect(worker.governor.isLimited)
        #expect(worker.mayBegin(after: 19) && !worker.mayBegin(after: 20))
    }

    @Test("A little rest changes nothing in either direction")
    func between() {
        var busy = Worker()
        busy.work(seconds: 2, batch: 90, sleep: 10)
        #expect(!busy.governor.isLimited)
        busy.work(seconds: 1, batch: 40, sleep: 0)
        busy.work(seconds: 2, batch: 90, sleep: 10)
        #expect(busy.governor.isLimited)
    }

    @Test("After the overload all is begun again within half a second")
    func recovery() {
        var worker = Worker()
        worker.work(seconds: 5, batch: 40, sleep: 0)
        let over = worker.now
        while worker.governor.isLimited {
            worker.work(seconds: 0, batch: 0, sleep: 0)
            worker.governor.endBatch(begun: worker.now, idle: worker.idle)
            worker.now = worker.now + .milliseconds(10)
            worker.idle = TimeInterval(nanoseconds: worker.idle.nanoseconds + 8_000_000)
        }
        #expect(worker.now - over <= .milliseconds(510))
    }
}
