import CallControl
import SIPTransaction
import TandemKit
import Testing
import Timing

@Suite struct TraceRingTests {
    let flow = Flow(listener: 1, transport: .udp, remote: Endpoint(address: IPAddress(ipv4: 0x7F00_0001), port: 5060))

    func record(_ index: Int) -> TraceRecord {
        TraceRecord(isOutgoing: index % 2 == 0, time: Timestamp(nanoseconds: UInt64(index)), flow: flow)
    }

    func contents(_ ring: TraceRing) -> [(TraceRecord, [UInt8])] {
        var all: [(TraceRecord, [UInt8])] = []
        ring.forEach { all.append(($0, Array($1))) }
        return all
    }

    @Test("Messages come back whole, in order, with what was said of them")
    func roundTrip() {
        let ring = TraceRing(capacity: 1 << 20)
        let first: [UInt8] = Array("INVITE sip:a@b SIP/2.0\r\n".utf8)
        let position = first.withUnsafeBytes { ring.append(record(1), $0) }
        [UInt8]().withUnsafeBytes { _ = ring.append(record(2), $0) }
        ring.assign(position!, call: CallNumber(shard: 0, sequence: 9), leg: 2, trunk: 4)
        let all = contents(ring)
        #expect(all.count == 2)
        #expect(all[0].1 == first)
        #expect(all[0].0.call == CallNumber(shard: 0, sequence: 9))
        #expect(all[0].0.leg == 2)
        #expect(all[0].0.trunk == 4)
        #expect(all[0].0.flow == flow)
        #expect(all[1].1 == [])
        #expect(all[1].0.isOutgoing)
    }

    @Test(
        "The oldest messages give way; what remains is the newest, unbroken",
        arguments: [1, 15, 16, 17, 900, 1400, 65_535])
    func wraps(size: Int) {
        let ring = TraceRing(capacity: 150_000)
        let total = 1_000
        for index in 0..<total {
            let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: size)
            bytes.withUnsafeBytes { _ = ring.append(record(index), $0) }
        }
        let all = contents(ring)
        #expect(all.count >= 1)
        #expect(all.count * size <= 150_000)
        for (place, entry) in all.enumerated() {
            let index = total - all.count + place
            #expect(entry.0.time.nanoseconds == UInt64(index))
            #expect(entry.1 == [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: size))
        }
    }

    @Test("A message that has given way can't be assigned to a call")
    func assignTooLate() {
        let ring = TraceRing(capacity: 150_000)
        let bytes = [UInt8](repeating: 7, count: 60_000)
        let position = bytes.withUnsafeBytes { ring.append(record(0), $0) }!
        for index in 1..<5 { bytes.withUnsafeBytes { _ = ring.append(record(index), $0) } }
        ring.assign(position, call: CallNumber(shard: 0, sequence: 1), leg: 0, trunk: 0)
        #expect(contents(ring).allSatisfy { $0.0.call == .none })
    }

    @Test("A ring too small for two messages is off")
    func tooSmall() {
        let ring = TraceRing(capacity: 1_000)
        #expect(ring.capacity == 0)
        [UInt8](repeating: 1, count: 10).withUnsafeBytes { bytes in
            #expect(ring.append(record(0), bytes) == nil)
        }
        #expect(ring.recordedCount == 0)
    }
}
