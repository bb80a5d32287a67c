/// The packets of an RTCP datagram, one after the other (RFC 3550 §6.1). A view: valid as long as the datagram.
public struct RTCPCompound {
    private let datagram: UnsafeRawBufferPointer

    /// Reads a datagram; nil when its packets don't fill it exactly or one is of another version (RFC 3550 A.2).
    ///
    /// The first packet may be of any kind: reduced-size datagrams (RFC 5506) begin as they like.
    @inlinable public init?(_ datagram: UnsafeRawBufferPointer) {
        guard datagram.count >= 4, RTCPCompound.isWellFormed(datagram) else { return nil }
        self.init(checked: datagram)
    }

    /// Whether the first packet's header fits the datagram. That is all that can be said of SRTCP, whose remainder is
    /// encrypted (RFC 3711 §3.4).
    public static func beginsWell(_ datagram: UnsafeRawBufferPointer) -> Bool {
        datagram.count >= 8 && datagram[0] >> 6 == 2 && 192...223 ~= datagram[1]
            && byteCount(datagram, 0) <= datagram.count
    }

    @usableFromInline init(checked datagram: UnsafeRawBufferPointer) { self.datagram = datagram }

    @usableFromInline static func isWellFormed(_ datagram: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        while offset < datagram.count {
            guard datagram.count - offset >= 4, datagram[offset] >> 6 == 2, 192...223 ~= datagram[offset + 1]
            else { return false }
            offset += byteCount(datagram, offset)
        }
        return offset == datagram.count
    }

    private static func byteCount(_ datagram: UnsafeRawBufferPointer, _ offset: Int) -> Int {
        let words = UInt16(bigEndian: datagram.loadUnaligned(fromByteOffset: offset + 2, as: UInt16.self))
        return 4 * (Int(words) + 1)
    }

    /// Calls `body` with each packet in order.
    public func forEach(_ body: (RTCPPacket) -> Void) {
        var offset = 0
        while offset < datagram.count {
            let end = offset + Self.byteCount(datagram, offset)
            body(
                RTCPPacket(
                    type: datagram[offset + 1], count: Int(datagram[offset] & 0x1F),
                    bytes: UnsafeRawBufferPointer(rebasing: datagram[offset..<end])))
            offset = end
        }
    }
}
