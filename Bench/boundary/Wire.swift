/// What the two parties of a call write, made of plain bytes: nothing of the kit's, so that its cost shows in the engine
/// alone.
struct Wire {
    private static let sdp =
        "v=0\r\no=a 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 0 101\r\n"
        + "a=rtpmap:101 telephone-event/8000\r\n"

    /// The caller's INVITE.
    func invite(_ serial: Int) -> [UInt8] {
        Array(
            ("INVITE sip:0100@198.51.100.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKi\(serial)\r\n"
                + "Max-Forwards: 70\r\nFrom: \"Ann\" <sip:+14255550199@192.0.2.1>;tag=a\(serial)\r\n"
                + "To: <sip:0100@198.51.100.1>\r\nCall-ID: call\(serial)@192.0.2.1\r\nCSeq: 1 INVITE\r\n"
                + "Contact: <sip:ann@192.0.2.1:5060>\r\nP-Asserted-Identity: <sip:+14255550199@192.0.2.1>\r\n"
                + "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS\r\nSupported: replaces\r\nUser-Agent: bench\r\n"
                + body(true)).utf8)
    }

    /// The callee's response to a request of ours.
    func answer(_ status: String, to request: [UInt8], hasBody: Bool) -> [UInt8] {
        var text = "SIP/2.0 \(status)\r\n"
        for line in lines(request) where ["Via:", "From", "Call", "CSeq", "Reco"].contains(String(line.prefix(4))) {
            text += "\(line)\r\n"
        }
        let to = field("To", request)
        text += "To: \(to)\(to.contains(";tag=") ? "" : ";tag=b")\r\nContact: <sip:bob@192.0.2.2:5060>\r\n"
        return Array((text + body(hasBody)).utf8)
    }

    /// The caller's request inside the dialog that `response` made.
    func request(_ method: String, in response: [UInt8], serial: Int, cseq: Int) -> [UInt8] {
        let contact = field("Contact", response).dropFirst().dropLast()
        let routes = lines(response).filter { $0.hasPrefix("Record-Route: ") }.reversed()
            .map { "\($0.dropFirst(7))\r\n" }.joined()
        return Array(
            ("\(method) \(contact) SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK\(method)\(serial)\r\n"
                + routes + "Max-Forwards: 70\r\nFrom: \(field("From", response))\r\nTo: \(field("To", response))\r\n"
                + "Call-ID: \(field("Call-ID", response))\r\nCSeq: \(cseq) \(method)\r\n" + body(false)).utf8)
    }

    private func body(_ hasBody: Bool) -> String {
        guard hasBody else { return "Content-Length: 0\r\n\r\n" }
        return "Content-Type: application/sdp\r\nContent-Length: \(Self.sdp.utf8.count)\r\n\r\n\(Self.sdp)"
    }

    private func lines(_ bytes: [UInt8]) -> [Substring] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
    }

    private func field(_ name: String, _ bytes: [UInt8]) -> String {
        lines(bytes).first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) } ?? ""
    }
}
