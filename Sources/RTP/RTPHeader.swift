/// The header of an RTP packet (RFC 3550 §5.1), with the place of its payload. Reading it copies nothing.
@frozen public struct RTPHeader: Hashable, Sendable {
    /// The smallest packet: a fixed header alone, in bytes.
    public static let fixedByteCount = 12

    /// The format of the payload, 0 to 127.
    public let payloadType: UInt8
    /// The marker bit: for speech, the first packet after a silence.
    public let isMarked: Bool
    /// The number of the packet in its stream, modulo 65,536.
    public let sequenceNumber: UInt16
    /// When the payload's first sample was taken, in units of the payload's clock.
    public let timestamp: UInt32
    /// The source of the stream.
    public let ssrc: UInt32
    /// Where the payload begins in the packet, in bytes.
    public let payloadOffset: Int
    /// The payload's bytes, padding not counted. Padding that can't be (its count is encrypted in SRTP, RFC 3711 §3.1) is
    /// payload.
    public let payloadCount: Int

    /// Reads the header of a datagram; nil when it is no RTP packet: another version, or shorter than it says.
    @inlinable public init?(_ packet: UnsafeRawBufferPointer) {
        guard packet.count >= RTPHeader.fixedByteCount else { return nil }
        let first = packet[0]
        guard first >> 6 == 2 else { return nil }
        var offset = RTPHeader.fixedByteCount + 4 * Int(first & 0x0F)
        if first & 0x10 != 0 {
            guard packet.count >= offset + 4 else { return nil }
            let words = UInt16(bigEndian: packet.loadUnaligned(fromByteOffset: offset + 2, as: UInt16.self))
            offset += 4 + 4 * Int(words)
        }
        var end = packet.count
        if first & 0x20 != 0 {
            let padding = Int(packet[packet.count - 1])
            if offset + padding <= end { end -= padding }
        }
        guard offset <= end else { return nil }
        payloadType = packet[1] & 0x7F
        isMarked = packet[1] & 0x80 != 0
        sequenceNumber = UInt16(bigEndian: packet.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        timestamp = UInt32(bigEndian: packet.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        ssrc = UInt32(bigEndian: packet.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        payloadOffset = offset
        payloadCount = end - offset
    }
}
