/// What one receiver reports of one source (RFC 3550 §6.4.1).
public struct ReportBlock: Hashable, Sendable {
    /// Bytes of a block.
    public static let byteCount = 24

    /// The source that is reported on.
    public let ssrc: UInt32
    /// Share of packets lost since the last report, in 256ths.
    public let fractionLost: UInt8
    /// Packets lost since the beginning; negative when more were doubled than lost.
    public let lost: Int32
    /// The highest sequence number received, extended.
    public let extendedHighest: UInt32
    /// Jitter in units of the stream's clock.
    public let jitter: UInt32

    init(_ bytes: UnsafeRawBufferPointer) {
        func word(_ offset: Int) -> UInt32 {
            UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        }
        ssrc = word(0)
        fractionLost = bytes[4]
        lost = Int32(bitPattern: word(4) << 8) >> 8
        extendedHighest = word(8)
        jitter = word(12)
    }
}
