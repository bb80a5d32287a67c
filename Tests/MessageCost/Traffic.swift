/// 64 INVITEs of a UC server, alike in shape and different in their identifiers.
enum Traffic {
    static func invites() -> [[UInt8]] { (0..<64).map { Array(invite($0).utf8) } }

    private static func invite(_ number: Int) -> String {
        let body = """
            v=0\r
            o=- 38\(number) 1 IN IP4 10.1.2.\(number)\r
            s=call\r
            c=IN IP4 10.1.2.\(number)\r
            t=0 0\r
            m=audio 49170 RTP/AVP 0 8 101\r
            a=rtpmap:0 PCMU/8000\r
            a=rtpmap:101 telephone-event/8000\r
            a=sendrecv\r\n
            """
        return """
            INVITE sip:+1425555\(1000 + number)@pstn.example.com;user=phone SIP/2.0\r
            Via: SIP/2.0/UDP uc-front-end-1.example.com:5060;branch=z9hG4bK776asdhds\(1000 + number);rport\r
            Max-Forwards: 70\r
            From: "Alice Example" <sip:+14255550\(100 + number)@uc.example.com;user=phone>;tag=19283017\(100 + number)\r
            To: <sip:+1425555\(1000 + number)@pstn.example.com;user=phone>\r
            Call-ID: a84b4c76e66710\(1000 + number)@uc-front-end-1.example.com\r
            CSeq: 314159 INVITE\r
            Contact: <sip:uc-front-end-1.example.com:5060;transport=udp>\r
            User-Agent: RTCC/6.0.0.0 MediationServer\r
            Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, REFER\r
            Supported: timer, 100rel, replaces\r
            Session-Expires: 1800;refresher=uac\r
            P-Asserted-Identity: <tel:+14255550\(100 + number)>\r
            Content-Type: application/sdp\r
            Content-Length: \(body.utf8.count)\r
            \r
            \(body)
            """
    }
}
