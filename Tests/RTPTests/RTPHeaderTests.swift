import RTP
import Testing

/// Gives a body the bytes of an array.
func withBytes<Result>(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try bytes.withUnsafeBytes(body)
}

/// An RTP packet with 160 bytes of payload.
func packet(_ sequence: UInt16, timestamp: UInt32? = nil, ssrc: UInt32 = 0x1234_5678, first: UInt8 = 0x80) -> [UInt8] {
    let stamp = timestamp ?? UInt32(sequence) &* 160
    var bytes: [UInt8] = [first, 8, UInt8(sequence >> 8), UInt8(sequence & 0xFF)]
    for word in [stamp, ssrc] {
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(shift))) }
    }
    return bytes + [UInt8](repeating: 0xD5, count: 160)
}

@Suite struct RTPHeaderTests {
    @Test("the fixed header is read, and the payload is what follows")
    func fixedHeader() throws {
        let header = try #require(withBytes(packet(0x1234, timestamp: 0x0102_0304)) { RTPHeader($0) })
        #expect(header.payloadType == 8)
        #expect(!header.isMarked)
        #expect(header.sequenceNumber == 0x1234)
        #expect(header.timestamp == 0x0102_0304)
        #expect(header.ssrc == 0x1234_5678)
        #expect(header.payloadOffset == 12)
        #expect(header.payloadCount == 160)
    }

    @Test("contributing sources, an extension and padding are not payload")
    func optionalParts() throws {
        var bytes = Array(packet(1)[..<12])
        bytes[0] = 0x80 | 0x20 | 0x10 | 2
        bytes += [UInt8](repeating: 7, count: 8)
        bytes += [0xBE, 0xDE, 0, 1, 1, 2, 3, 4]
        bytes += [9, 9, 9, 0, 0, 3]
        let header = try #require(withBytes(bytes) { RTPHeader($0) })
        #expect(header.payloadOffset == 28)
        #expect(header.payloadCount == 3)
    }

    @Test(
        "what is no RTP packet is refused",
        arguments: [
            [], [0x80, 8], Array(packet(1)[..<11]), packet(1, first: 0x40),
            packet(1, first: 0x8F).prefix(20).map { $0 },
            Array(packet(1, first: 0x90)[..<14]),
        ])
    func refused(_ bytes: [UInt8]) {
        #expect(withBytes(bytes) { RTPHeader($0) } == nil)
    }

    @Test("padding that can't be is payload: SRTP encrypts its count", arguments: [0, 200] as [UInt8])
    func encryptedPadding(last: UInt8) throws {
        let bytes = packet(1, first: 0xA0)[..<13].map { $0 } + [last]
        #expect(try #require(withBytes(bytes) { RTPHeader($0) }).payloadCount == 2)
    }

    @Test("a packet's kind is told by its first two bytes (RFC 7983, RFC 5761)")
    func kinds() {
        #expect(withBytes(packet(1)) { PacketKind($0) } == .rtp)
        #expect(withBytes([0x80, 200, 0, 1]) { PacketKind($0) } == .rtcp)
        #expect(withBytes([0x80, 0x80 | 111]) { PacketKind($0) } == .rtp)
        #expect(withBytes([0, 1, 0, 0]) { PacketKind($0) } == .stun)
        #expect(withBytes([22, 254, 253]) { PacketKind($0) } == .dtls)
        #expect(withBytes([0xFF, 0xFF]) { PacketKind($0) } == .unknown)
        #expect(withBytes([0x80]) { PacketKind($0) } == .unknown)
    }
}
