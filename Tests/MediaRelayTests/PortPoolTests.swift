import MediaRelay
import TandemKit
import Testing

@Suite struct PortPoolTests {
    @Test("RTP ports are even, with the next for RTCP inside the range")
    func pairs() {
        var pool = PortPool(40_001...40_006)
        #expect(pool.pairCount == 2)
        #expect(pool.take { _ in true } == 40_002)
        #expect(pool.take { _ in true } == 40_004)
        #expect(pool.take { _ in true } == nil)
    }

    @Test("a port in use is skipped and tried again later")
    func inUse() {
        var pool = PortPool(40_000...40_005)
        #expect(pool.take { $0 != 40_000 } == 40_002)
        #expect(pool.take { _ in true } == 40_004)
        #expect(pool.take { _ in true } == 40_000)
        #expect(pool.takenCount == 3)
    }

    @Test("a port that was given back rests until the circle comes round")
    func circle() {
        var pool = PortPool(40_000...40_007)
        let first = pool.take { _ in true }
        pool.giveBack(first ?? 0)
        pool.giveBack(first ?? 0)
        #expect(pool.takenCount == 0)
        #expect(pool.take { _ in true } == 40_002)
    }
}
