import Foundation

/// Messages to start from, beside those of the tests.
enum MessageSeeds {
    /// Those of the tests, and the torture messages where they are.
    static let corpus: [[UInt8]] = {
        let own = [SIPMessageTests.invite, register, multipart, response, odd]
        let names = ["rfc4475", "rfc5118"].flatMap { folder in
            (try? FileManager.default.contentsOfDirectory(atPath: TortureCorpus.folder.appending(path: folder).path))?
                .sorted().map { "\(folder)/\($0)" } ?? []
        }
        return own.map { Array($0.utf8) } + names.compactMap { try? TortureCorpus.message($0) }
    }()

    static let register = """
        REGISTER sips:example.com;maddr=10.0.0.1 SIP/2.0\r
        v: SIP / 2.0 / TLS [2001:db8::9:255]:5061 ; branch = z9hG4bK87a ; rport ; received=192.0.2.1\r
        from : "J\u{f6}rg \\"x\\" , <y>" <sips:j%C3%B6rg@example.com;x=y?a=b> ; tag = a73k\r
        t: sip:user@example.com\r
        i: 1\r
        CSEQ:\r
         0009 REGISTER\r
        m: <sip:a@[::1]:1>;expires=5;q=0.5, "b,c" <tel:+1-2;ext=3>,sip:d@e;+sip.instance="<urn:uuid:1>"\r
        m: *\r
        Supported: a,b , c\r
        Reason: Q.850;cause=16;text="x", SIP;cause=200\r
        Session-Expires: 1800;refresher=uac\r
        Retry-After: 5 (a (b) c);duration=1\r
        Date: Sat, 13 Nov 2010 23:29:00 GMT\r
        l: 0\r
        \r\n
        """
    static let multipart = """
        INVITE tel:+14255550100;phone-context=x SIP/2.0\r
        Via: SIP/2.0/TCP h;branch=z9hG4bK1, SIP/2.0/UDP i;branch=z9hG4bK2\r
        From: <sip:a@h>;tag=1\r
        To: <sip:b@h>\r
        Call-ID: 2@h\r
        CSeq: 1 INVITE\r
        Route: <sip:p1;lr>,\r
        \t<sip:p2;lr>\r
        History-Info: <sip:b@h?Reason=SIP%3Bcause%3D486>;index=1\r
        Diversion: <sip:c@h>;reason=no-answer\r
        Content-Type: multipart/mixed;boundary="b"\r
        \r
        --b\r
        Content-Type: application/sdp\r
        \r
        v=0\r
        --b\r
        \r
        x\r
        --b--\r\n
        """
    static let response = """
        SIP/2.0 200 OK\r
        Via: SIP/2.0/UDP h:5060;branch=z9hG4bK1;received=192.0.2.1;rport=5060\r
        From: <sip:a@h>;tag=1\r
        To: <sip:b@h>;tag=2\r
        Call-ID: 2@h\r
        CSeq: 1 INVITE\r
        Record-Route: <sip:p;lr>\r
        Contact: <sip:b@h>\r
        Content-Length: 3\r
        \r
        abcdef
        """
    static let odd =
        "\r\n\r\nX.Y~Z urn:service:sos SIP/2.0\r\nVia:SIP/2.0/SCTP h\r\nFROM:sip:a@h\r\nTO:sip:b@h\r\n"
        + "CALL-ID:\r\n\t\r\n 9\r\nCSEQ:1 X.Y~Z\r\nMAX-FORWARDS:\t0\r\nX-\u{31}: \u{e9}\r\n\r\nbody"
}
