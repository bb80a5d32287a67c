/// The messages that spoiled ones are made from: every method and answer that a hook meets, plain and odd.
enum MessageCorpus {
    static let requests: [[UInt8]] =
        methods.flatMap { method, body, fields in
            both(
                "\(method) sip:+14255550100@198.51.100.1:5060;user=phone SIP/2.0", method,
                toTag: method == "INVITE" ? "" : ";tag=b",
                fields, body)
        }
        + [
            both(
                "INVITE sip:0100;phone-context=dialstring@198.51.100.1 SIP/2.0", "INVITE", toTag: ";tag=b", contact,
                hold),
            both("INVITE tel:+14255550100;ext=12 SIP/2.0", "INVITE", toTag: "", contact + odd, encrypted),
            both(
                "INVITE sip:alice%20b@[2001:db8::1]:5061;transport=tls SIP/2.0", "INVITE", toTag: "", contact + odd,
                ""),
        ].joined()

    static let responses: [[UInt8]] = answers.flatMap { status, method, fields, body in
        both("SIP/2.0 \(status)", method, toTag: status.hasPrefix("100") ? "" : ";tag=b", fields, body)
    }

    private static let contact = [
        "Contact: <sip:ann@192.0.2.1:5060;transport=udp>", "Supported: 100rel, timer, replaces",
    ]
    private static let identity = [
        "P-Asserted-Identity: \"Ann\" <sip:+14255550199@example.com>, <tel:+14255550199>", "Privacy: id",
        "Remote-Party-ID: \"Ann\" <sip:0199@example.com>;party=calling;screen=yes;privacy=off",
        "History-Info: <sip:+14255550155@example.com?Reason=SIP%3Bcause%3D302>;index=1, <sip:0100@h>;index=1.1",
        "Diversion: <sip:+14255550155@example.com>;reason=no-answer;counter=2",
    ]
    private static let odd = [
        "X-Vendor: a=b;c=\"d,e\"", "Route: <sip:p1;lr>, <sip:p2;lr>", "Record-Route: <sip:p3;lr>", "Require: 100rel",
        "Session-Expires: 1800;refresher=uac", "Min-SE: 90", "Subject:", "Date: Sat, 13 Nov 2010 23:29:00 GMT",
        "User-Agent: Gateway (1.0) \"x\"",
    ]
    private static let methods: [(String, String, [String])] = [
        ("INVITE", offer, contact + identity), ("INVITE", "", contact), ("INVITE", encrypted, contact + odd),
        ("INVITE", multipart, contact + ["Content-Type: multipart/mixed;boundary=b"]), ("ACK", "", []),
        ("ACK", offer, odd),
        ("BYE", "", ["Reason: Q.850;cause=16;text=\"bye\"", "X-Asterisk-HangupCauseCode: 16"]),
        ("CANCEL", "", ["Reason: SIP;cause=200;text=\"elsewhere\""]), ("OPTIONS", "", ["Accept: application/sdp"]),
        ("INFO", "Signal=5\r\nDuration=160\r\n", ["Content-Type: application/dtmf-relay"]),
        ("REFER", "", ["Refer-To: <sip:+1@h?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>", "Referred-By: <sip:ann@h>"]),
        ("UPDATE", hold, contact), ("PRACK", "", ["RAck: 1 1 INVITE"]), ("NOTIFY", "SIP/2.0 200 OK", ["Event: refer"]),
    ]
    private static let answers: [(String, String, [String], String)] = [
        ("100 Trying", "INVITE", [], ""), ("180 Ringing", "INVITE", contact, ""),
        ("183 Session Progress", "INVITE", contact + ["RSeq: 1", "Require: 100rel"], answer),
        ("200 OK", "INVITE", contact + odd, answer), ("200 OK", "INVITE", contact, encrypted),
        ("200 OK", "BYE", [], ""),
        ("200 OK", "OPTIONS", ["Allow: INVITE, ACK, BYE", "Accept: application/sdp"], answer),
        ("302 Moved", "INVITE", ["Contact: <sip:+1@h>;q=0.5, <tel:+2>"], ""),
        ("401 Unauthorized", "INVITE", ["WWW-Authenticate: Digest realm=\"x\", nonce=\"y\""], ""),
        ("404 Not Found", "INVITE", ["Reason: Q.850;cause=1", "ms-diagnostics: 13004;reason=\"x\";source=\"h\""], ""),
        ("481 Gone", "BYE", [], ""), ("486 Busy Here", "INVITE", ["Reason: Q.850;cause=17;text=\"busy\""], ""),
        ("488 Not Acceptable Here", "INVITE", ["Warning: 305 h \"no codec\""], ""),
        ("503 Service Unavailable", "INVITE", ["Retry-After: 5 (a (b) c);duration=1"], ""),
        ("603 Decline", "INVITE", ["X-Asterisk-HangupCauseCode: 21"], ""),
    ]

    private static let offer = """
        v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 0 101\r\n\
        a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\na=sendrecv\r\n
        """
    private static let answer = """
        v=0\r\no=b 7 2 IN IP6 2001:db8::2\r\ns=x\r\nc=IN IP6 2001:db8::2\r\nt=0 0\r\nm=audio 6000 RTP/AVP 8\r\na=rtcp:6001\r\n
        """
    private static let hold = """
        v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\na=inactive\r\n
        """
    private static let encrypted = """
        v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nb=CT:99980\r\nt=0 0\r\na=tcap:1 RTP/SAVP\r\n\
        m=audio 4000 RTP/SAVP 111 8\r\na=pcfg:1 t=1\r\n\
        a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^31|1:1\r\n\
        a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj\r\n\
        a=candidate:1 1 UDP 2130706431 192.0.2.1 4000 typ host\r\na=ice-ufrag:x\r\nm=video 0 RTP/AVP 99\r\n
        """
    private static let multipart = """
        --b\r\nContent-Type: application/sdp\r\n\r\n\(offer)\r\n--b\r\nContent-Type: application/x-q931\r\n\r\nx\r\n--b--\r\n
        """

    /// A message with the length of its body and without: where it says none, spoiling the body leaves it whole.
    private static func both(
        _ start: String, _ method: String, toTag: String, _ fields: [String], _ body: String
    ) -> [[UInt8]] {
        let type =
            body.isEmpty || fields.contains { $0.hasPrefix("Content-Type:") } ? [] : ["Content-Type: application/sdp"]
        let head = [
            start, "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKa1;rport", "Max-Forwards: 70",
            "From: \"Ann\" <sip:+14255550199@192.0.2.1>;tag=a", "To: <sip:+14255550100@198.51.100.1>\(toTag)",
            "Call-ID: acall@192.0.2.1", "CSeq: 1 \(method)",
        ]
        return [["Content-Length: \(body.utf8.count)"], []].map { length in
            Array((head + fields + type + length + ["", body]).joined(separator: "\r\n").utf8)
        }
    }
}
