import RTP
import Testing

@Suite struct RTCPTests {
    private static let report: [UInt8] =
        [0x81, 201, 0, 7, 0, 0, 0, 1]
        + [0, 0, 0, 2, 25, 0xFF, 0xFF, 0xFE, 0, 1, 0, 9, 0, 0, 0, 77, 0, 0, 0, 0, 0, 0, 0, 0]

    @Test("a receiver's report is read with its blocks; loss may be negative")
    func blocks() throws {
        let compound = [UInt8](Self.report + [0x80, 203, 0, 0])
        let found = try withBytes(compound) { bytes in
            var found: [(UInt8, [ReportBlock])] = []
            try #require(RTCPCompound(bytes)).forEach { found.append(($0.type, $0.reportBlocks)) }
            return found
        }
        #expect(found.map(\.0) == [201, 203])
        let block = try #require(found[0].1.first)
        #expect(block.ssrc == 2)
        #expect(block.fractionLost == 25)
        #expect(block.lost == -2)
        #expect(block.extendedHighest == 0x1_0009)
        #expect(block.jitter == 77)
    }

    @Test("a compound whose lengths don't fill it is refused", arguments: [1, 4, 30, 33])
    func lengths(_ count: Int) {
        let bytes = Array((Self.report + [0x80, 203]).prefix(count))
        #expect(withBytes(bytes) { RTCPCompound($0) == nil })
    }

    @Test("blocks beyond the packet's end are left out")
    func missingBlocks() throws {
        var bytes = Self.report
        bytes[0] = 0x9F
        let count = try withBytes(bytes) { bytes in
            var count = 0
            try #require(RTCPCompound(bytes)).forEach { count += $0.reportBlocks.count }
            return count
        }
        #expect(count == 1)
    }

    @Test("of SRTCP only the beginning can be judged")
    func encrypted() {
        #expect(withBytes(Self.report[..<12] + [1, 2, 3]) { RTCPCompound.beginsWell($0) } == false)
        #expect(withBytes(Self.report + [1, 2, 3]) { RTCPCompound.beginsWell($0) })
    }
}
