import Foundation

/// Makes messages out of well-formed ones: flips, inserts, deletes, repeats, splices, truncates.
struct MessageMutator {
    private var state: UInt64
    private let seeds: [[UInt8]]
    private static let special =
        Array("\r\n\r\n\t \"<>;,:@\\%?[]=/*&|{}()'~_-.0129aZ\u{0}\u{7f}".utf8) + [0x80, 0xC3, 0xFF]
    private static let words = [
        "\r\n", "\r\n ", "\r\n\r\n", "Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\n", "Content-Length: 5\r\n", "SIP/2.0",
        "sip:",
        "tel:", "\"", "<sip:a@[::1]>", ";rport", ";tag=", ",,", "%00", "4294967296", "99999999999999999999", "-1",
        "Route: <sip:a;lr>, <sip:b>\r\n", "Max-Forwards: 70\r\n", "CSeq: 1 INVITE\r\n", "multipart/mixed;boundary=b",
    ].map { Array($0.utf8) }

    init(seed: UInt64) {
        state = seed
        let own = [
            SIPMessageTests.invite, MessageSeeds.register, MessageSeeds.multipart, MessageSeeds.response,
            MessageSeeds.odd,
        ]
        let names = ["rfc4475", "rfc5118"].flatMap { folder in
            (try? FileManager.default.contentsOfDirectory(atPath: TortureCorpus.folder.appending(path: folder).path))?
                .sorted().map { "\(folder)/\($0)" } ?? []
        }
        seeds = own.map { Array($0.utf8) } + names.compactMap { try? TortureCorpus.message($0) }
    }

    /// A number below `bound` (SplitMix64).
    mutating func random(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ mixed >> 31) % UInt64(bound))
    }

    /// The next message.
    mutating func next() -> [UInt8] {
        var bytes = seeds[random(seeds.count)]
        for _ in 0..<random(6) { mutate(&bytes) }
        return bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let count = bytes.count
        let position = random(count + 1)
        let length = min(random(random(8) == 0 ? 400 : 24), count - position)
        switch random(9) {
        case 0: if position < count { bytes[position] = UInt8(truncatingIfNeeded: random(256)) }
        case 1: if position < count { bytes[position] = Self.special[random(Self.special.count)] }
        case 2: bytes.insert(Self.special[random(Self.special.count)], at: position)
        case 3: bytes.insert(contentsOf: Self.words[random(Self.words.count)], at: position)
        case 4: bytes.removeSubrange(position..<position + length)
        case 5: bytes.insert(contentsOf: bytes[position..<position + length], at: random(count + 1))
        case 6:
            let other = seeds[random(seeds.count)]
            let start = random(other.count)
            bytes.insert(contentsOf: other[start..<min(start + 60, other.count)], at: position)
        case 7: if random(4) == 0 { bytes.removeSubrange(position...) }
        default:
            if random(50) == 0 {
                bytes.insert(
                    contentsOf: repeatElement(Self.special[random(Self.special.count)], count: random(70_000)),
                    at: position)
            }
        }
    }
}

/// Messages to start from, beside those of the tests.
enum MessageSeeds {
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
