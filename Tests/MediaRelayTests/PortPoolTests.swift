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

@Suite struct MediaInterfaceTests {
    @Test("the parts of a range are even-sided, don't overlap, and leave out nothing", arguments: 1...7)
    func parts(_ count: Int) {
        let whole = MediaInterface(name: "lan", address: .init(ipv4: 0x7F00_0001), ports: 49_153...49_200)
        let parts = (0..<count).map { whole.part($0, of: count).ports }
        #expect(parts.reduce(0) { $0 + PortPool($1).pairCount } == PortPool(whole.ports).pairCount)
        for (one, next) in zip(parts, parts.dropFirst()) { #expect(one.upperBound < next.lowerBound) }
        #expect(parts[0].lowerBound == 49_154)
    }
}
