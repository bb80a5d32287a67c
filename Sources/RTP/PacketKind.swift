/// What a datagram on a media port is, by its first two bytes (RFC 7983 §7, RFC 5761 §4).
@frozen public enum PacketKind: Hashable, Sendable {
    /// RTP, or SRTP.
    case rtp
    /// RTCP, or SRTCP.
    case rtcp
    /// STUN: connectivity checks and keep-alives.
    case stun
    /// DTLS: the handshake of SRTP.
    case dtls
    /// Nothing that belongs on a media port.
    case unknown

    /// Tells what a datagram is. That it is well formed is not said.
    @inlinable public init(_ datagram: UnsafeRawBufferPointer) {
        guard datagram.count >= 2 else {
            self = .unknown
            return
        }
        switch datagram[0] {
        case 0...3: self = .stun
        case 20...63: self = .dtls
        case 128...191: self = 192...223 ~= datagram[1] ? .rtcp : .rtp
        default: self = .unknown
        }
    }
}
