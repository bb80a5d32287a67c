import MediaRelay
import RTP
import TandemKit
import Testing
import Timing

/// The header of a packet of one stream.
func header(_ sequence: UInt16, ssrc: UInt32 = 1) -> RTPHeader {
    let bytes: [UInt8] =
        [0x80, 8, UInt8(sequence >> 8), UInt8(sequence & 0xFF), 0, 0, 0, 0]
        + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: ssrc >> UInt32($0)) }
    guard let header = bytes.withUnsafeBytes({ RTPHeader($0) }) else { preconditionFailure("no RTP header") }
    return header
}

func endpoint(_ last: UInt32, _ port: UInt16 = 4000) -> Endpoint {
    Endpoint(address: IPAddress(ipv4: 0xC000_0200 + last), port: port)
}

func seconds(_ value: Double) -> Timestamp { Timestamp(nanoseconds: UInt64((1_000 + value) * 1e9)) }

@Suite struct LatchTests {
    private static let signalled = endpoint(1)

    private func latch(_ policy: LatchPolicy = .known, signalling: IPAddress? = nil) -> Latch {
        var latch = Latch(policy: policy, now: seconds(0))
        latch.expect(Self.signalled, signalledFrom: signalling, policy: policy, now: seconds(0))
        return latch
    }

    @Test("the signalled source is taken at once, under every policy", arguments: LatchPolicy.allCases)
    func signalledSource(_ policy: LatchPolicy) {
        var latch = latch(policy)
        #expect(latch.destination == Self.signalled)
        #expect(latch.admit(Self.signalled, header(1), at: seconds(1)) == .taken)
        #expect(latch.admit(Self.signalled, header(2), at: seconds(1)) == .known)
    }

    @Test("F51 in part: behind a NAT another port of the signalled address is taken, and media go there")
    func otherPort() {
        var latch = latch()
        #expect(latch.admit(endpoint(1, 61_000), header(1), at: seconds(1)) == .taken)
        #expect(latch.destination == endpoint(1, 61_000))
    }

    @Test("the address that signalling comes from is known too")
    func signallingAddress() {
        var latch = latch(signalling: endpoint(9).address)
        #expect(latch.admit(endpoint(9, 7_000), header(1), at: seconds(1)) == .taken)
    }

    @Test("a stranger is refused, before and after the party was heard")
    func stranger() {
        var latch = latch()
        #expect(latch.admit(endpoint(66), header(1), at: seconds(1)) == .refused)
        _ = latch.admit(Self.signalled, header(1), at: seconds(1))
        #expect(latch.admit(endpoint(66), header(2), at: seconds(1)) == .refused)
        #expect(latch.admit(endpoint(1, 61_000), header(2), at: seconds(100)) == .taken)
        #expect(latch.destination == endpoint(1, 61_000))
    }

    @Test("the signalled source takes its place back from another port of its address")
    func signalledWins() {
        var latch = latch()
        _ = latch.admit(endpoint(1, 61_000), header(1), at: seconds(1))
        #expect(latch.admit(Self.signalled, header(1, ssrc: 2), at: seconds(1)) == .taken)
        #expect(latch.admit(endpoint(1, 61_000), header(2), at: seconds(1)) == .refused)
        #expect(latch.changes == 1)
    }

    @Test("strict takes the signalled source alone")
    func strict() {
        var latch = latch(.strict, signalling: endpoint(9).address)
        #expect(latch.admit(endpoint(1, 61_000), header(1), at: seconds(1)) == .refused)
        #expect(latch.admit(endpoint(9), header(1), at: seconds(1)) == .refused)
    }

    @Test("any: an unknown address must show three consecutive packets of one stream")
    func proof() {
        var latch = latch(.any)
        #expect(latch.admit(endpoint(7), header(1), at: seconds(1)) == .refused)
        #expect(latch.admit(endpoint(7), header(2), at: seconds(1)) == .refused)
        #expect(latch.admit(endpoint(7), nil, at: seconds(1)) == .refused)
        #expect(latch.admit(endpoint(7), header(3), at: seconds(1)) == .taken)
    }

    @Test("any: packets with gaps, of several streams or from several ports prove nothing")
    func noProof() {
        var latch = latch(.any)
        for sequence in stride(from: 1, to: 40, by: 2) {
            #expect(latch.admit(endpoint(7), header(UInt16(sequence)), at: seconds(1)) == .refused)
        }
        for sequence in 50..<60 {
            let source = endpoint(7, UInt16(4_000 + sequence % 2))
            #expect(latch.admit(source, header(UInt16(sequence)), at: seconds(1)) == .refused)
        }
    }

    @Test("any: after the window nobody unknown is taken")
    func window() {
        var latch = latch(.any)
        for sequence in 1..<20 {
            #expect(latch.admit(endpoint(7), header(UInt16(sequence)), at: seconds(16)) == .refused)
        }
    }

    @Test("any: a silent party may come back from elsewhere with the same stream, a thief with another may not")
    func rebinding() {
        var latch = latch(.any)
        for sequence in 1..<4 { _ = latch.admit(endpoint(7), header(UInt16(sequence)), at: seconds(1)) }
        for sequence in 4..<9 {
            #expect(latch.admit(endpoint(8), header(UInt16(sequence)), at: seconds(2)) == .refused)
        }
        for sequence in 10..<20 {
            #expect(latch.admit(endpoint(8), header(UInt16(sequence), ssrc: 5), at: seconds(6)) == .refused)
        }
        _ = latch.admit(endpoint(8), header(10), at: seconds(6))
        _ = latch.admit(endpoint(8), header(11), at: seconds(6))
        #expect(latch.admit(endpoint(8), header(12), at: seconds(6)) == .taken)
    }

    @Test("the same description again keeps the source; another address starts anew")
    func descriptions() {
        var latch = latch()
        _ = latch.admit(endpoint(1, 61_000), header(1), at: seconds(1))
        latch.expect(Self.signalled, signalledFrom: nil, policy: .known, now: seconds(2))
        #expect(latch.source == endpoint(1, 61_000))
        latch.expect(endpoint(2), signalledFrom: nil, policy: .known, now: seconds(3))
        #expect(latch.source == nil)
        #expect(latch.destination == endpoint(2))
    }
}
