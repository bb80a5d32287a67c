import TandemKit

/// The offer that stands in for that of a caller who makes none, towards a gateway that takes no INVITE without one: the
/// codecs that every gateway has. The media relay puts its own address and ports into it; the caller's place is known
/// when its answer comes, in the ACK.
enum EarlyOffer {
    /// Writes the description. The port is that of the discard protocol: nothing is heard there before the answer.
    static func write(to writer: ValueWriter, for address: IPAddress, session: UInt64) {
        let place = "IN \(address.isIPv6 ? "IP6" : "IP4") \(address)\r\n"
        writer.start()
        writer.append("v=0\r\no=- ")
        writer.append(decimal: session)
        writer.append(" 1 ")
        writer.append(place)
        writer.append("s=-\r\nc=")
        writer.append(place)
        writer.append("t=0 0\r\nm=audio 9 RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n")
        writer.append("a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n")
    }
}
