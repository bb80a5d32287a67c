import RTP
import Testing

@Suite struct ReceptionStatisticsTests {
    private var statistics = ReceptionStatistics()

    private mutating func receive(_ sequence: UInt16, ssrc: UInt32 = 1, arrival: UInt32? = nil) throws {
        let header = try #require(withBytes(packet(sequence, ssrc: ssrc)) { RTPHeader($0) })
        statistics.receive(header, arrival: arrival ?? UInt32(sequence) &* 160)
    }

    @Test("packets in order lose nothing, also over the end of the numbers")
    mutating func inOrder() throws {
        for step in 0..<1_000 { try receive(UInt16(truncatingIfNeeded: 65_000 + step)) }
        #expect(statistics.received == 1_000)
        #expect(statistics.lost == 0)
        #expect(statistics.extendedHighest == 65_999)
        #expect(statistics.starts == 1)
    }

    @Test("a gap counts as loss until the late packets come")
    mutating func gap() throws {
        for sequence in [1, 2, 3, 7] as [UInt16] { try receive(sequence) }
        #expect(statistics.lost == 3)
        for sequence in [5, 4, 6] as [UInt16] { try receive(sequence) }
        #expect(statistics.lost == 0)
    }

    @Test("a doubled packet makes the loss negative (RFC 3550 §6.4.1)")
    mutating func doubled() throws {
        for sequence in [1, 2, 2] as [UInt16] { try receive(sequence) }
        #expect(statistics.lost == -1)
    }

    @Test("one stray packet changes nothing; two in a row are a restart (RFC 3550 A.1)")
    mutating func stray() throws {
        for sequence in [1, 2, 3] as [UInt16] { try receive(sequence) }
        try receive(30_000)
        try receive(4)
        #expect(statistics.starts == 1)
        #expect(statistics.lost == 0)
        try receive(30_000)
        try receive(30_001)
        #expect(statistics.starts == 2)
    }

    @Test("another source starts anew and keeps the loss of the first")
    mutating func newSource() throws {
        for sequence in [1, 3] as [UInt16] { try receive(sequence) }
        try receive(9, ssrc: 2)
        #expect(statistics.ssrc == 2)
        #expect(statistics.lost == 1)
        #expect(statistics.received == 3)
    }

    @Test("jitter follows RFC 3550 A.8: steady lateness is none, a swing of 16 ticks tends to 16")
    mutating func jitter() throws {
        for step in 0..<100 { try receive(UInt16(step), arrival: UInt32(step) * 160 + 800) }
        #expect(statistics.jitter == 0)
        for step in 100..<600 { try receive(UInt16(step), arrival: UInt32(step) * 160 + (step % 2 == 0 ? 800 : 816)) }
        #expect((14...16).contains(statistics.jitter))
    }
}
