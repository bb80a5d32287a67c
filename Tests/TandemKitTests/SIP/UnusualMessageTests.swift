import TandemKit
import Testing

/// Messages that are unusual and right: what RFC 4475 §3.1.1 asks for, in messages of our own.
@Suite struct UnusualMessageTests {
    static let rest = "From: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n"
    static let via = "Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"

    @Test("White space, folding, case and compact forms do not hide a value (RFC 4475 §3.1.1.1)")
    func whiteSpace() throws {
        let text = """
            OPTIONS sip:h SIP/2.0\r
            TO :\r
             sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n\r
            from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>\r
              ;\r
              tag = 98asjd8\r
            Max-Forwards: 0068\r
            Call-ID: wsinv.ndaksdj@192.0.2.1\r
            cseq: 0009\r
              OPTIONS\r
            Via  : SIP  /   2.0\r
             /UDP\r
                192.0.2.2 : 5062;branch=390skdjuw\r
            s :\r
            NewFangledHeader:   newfangled value\r
             continued newfangled value\r
            v:  SIP  / 2.0  / TCP     spindle.example.com   ;\r
              branch  =   z9hG4bK9ikj8  ,\r
             SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r
             z9hG4bK30239\r
            m:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =\r
                  newvalue ;\r
              secondparam ; q = 0.33\r
            \r\n
            """
        let message = try SIPMessage(text)
        #expect(message.string == text)
        #expect(message.toTag.string == "1918181833n")
        #expect(message.fromTag.string == "98asjd8")
        #expect(message.cseq == CSeq(number: 9, method: .options))
        #expect(message.asRequest?.maxForwards == 68)
        #expect(message.topVia.host.string == "192.0.2.2")
        #expect(message.topVia.port == 5062)
        #expect(message.topVia.branch.string == "390skdjuw")
        #expect(message.headers[all: Via.self].map(\.branch) == ["390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239"])
        #expect(message.headers["newfangledheader"] == "newfangled value continued newfangled value")
        #expect(message.headers[.subject] == "")
        #expect(message.headers.contacts.first?.parameters["newparam"] == "newvalue")
        #expect(message.headers.contacts.first?.displayName == "Quoted string \"\"")
    }

    @Test(
        "Request lines that are unusual and valid (RFC 4475 §3.1.1.2–§3.1.1.10, §3.3.5)",
        arguments: [
            (
                "!interesting-Method0123456789_*+`.%indeed'~",
                "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com"
            ),
            ("RE%47IST%45R", "sip:user;par=u%40example.net@example.com"), ("INVITE", "sip:null-%00-null@example.com"),
            ("OPTIONS", "nobodyKnowsThisScheme:totallyopaquecontent"), ("OPTIONS", "soap.beep://192.0.2.103:3002"),
            ("OPTIONS", "sip:user@[2001:db8::10]:5070;lr"), ("INVITE", "tel:+1-201-555-0123;isub=1"),
            ("INVITE", "urn:service:sos"), ("INVITE", "sips:%23@h"),
        ])
    func requestLines(method: String, uri: String) throws {
        let text = "\(method) \(uri) SIP/2.0\r\n\(Self.via)\(Self.rest.replacing("OPTIONS", with: method))\r\n"
        let message = try SIPMessage(text)
        #expect(message.string == text)
        #expect(message.methodBytes.string == method)
        #expect(message.asRequest?.uri.description == uri)
    }

    @Test("The parts of the URI of RFC 4475 §3.1.1.2 are found")
    func intmeth() throws {
        let uri = try #require(
            SIPURI(
                "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com"
            ))
        #expect(uri.user == "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*")
        #expect(uri.password == "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)")
        #expect(uri.host == "example.com")
    }

    @Test("Line ends before the message and bytes behind its body are ignored (RFC 3261 §7.5, §18.3)")
    func surroundings() throws {
        let text = "OPTIONS sip:h SIP/2.0\r\n\(Self.via)\(Self.rest)Content-Length: 2\r\n\r\nab"
        let message = try SIPMessage("\r\n\r\n" + text + "INVITE sip:h SIP/2.0\r\n\r\n")
        #expect(message.string == text)
        #expect(message.body.string == "ab")
    }

    @Test("Without Content-Length the body goes to the end of the datagram (RFC 3261 §18.3)")
    func withoutLength() throws {
        let message = try SIPMessage("OPTIONS sip:h SIP/2.0\r\n\(Self.via)\(Self.rest)\r\n\u{0}binary")
        #expect(message.body.count == 7)
    }

    @Test(
        "Reason phrases may be missing, empty or in any script (RFC 4475 §3.1.1.12, §3.1.1.13)",
        arguments: [
            ("SIP/2.0 100 ", ""), ("SIP/2.0 100", ""),
            ("SIP/2.0 200 = 2**3 * 5**2 \u{43d}\u{43e}", "= 2**3 * 5**2 \u{43d}\u{43e}"),
        ])
    func reasons(line: String, reason: String) throws {
        let message = try SIPMessage("\(line)\r\n\(Self.via)\(Self.rest)\r\n")
        #expect(message.asResponse?.reasonBytes.string == reason)
        #expect(message.string.hasPrefix("\(line)\r\n"))
    }

    @Test("A request of RFC 2543 has neither branch nor tag (RFC 4475 §3.4.1)")
    func rfc2543() throws {
        let message = try SIPMessage(
            "INVITE sip:h SIP/2.0\r\nVia: SIP/2.0/UDP iftgw.example.com\r\nFrom: <sip:+1@h;user=phone>\r\n"
                + "To: sip:b@h\r\nCSeq: 56 INVITE\r\nCall-ID: 1\r\n\r\n")
        #expect(message.topVia.branch.isEmpty)
        #expect(!message.topVia.hasMagicCookie)
        #expect(message.fromTag.isEmpty)
    }

    @Test("A value of 60 KB and 256 header fields pass (RFC 4475 §3.1.1.7)")
    func long() throws {
        let long =
            "OPTIONS sip:\(String(repeating: "u", count: 5000))@h SIP/2.0\r\n\(Self.via)\(Self.rest)"
            + "X: \(String(repeating: "long ", count: 11_000))long\r\n\r\n"
        #expect(try SIPMessage(long).string == long)
        let many =
            "OPTIONS sip:h SIP/2.0\r\n\(Self.via)\(Self.rest)" + String(repeating: "X: 1\r\n", count: 251) + "\r\n"
        var message = try SIPMessage(many)
        #expect(message.headers.count == 256)
        message.request.pushVia(transport: .udp, host: Bytes("h"), port: 0, branch: Bytes("z9hG4bK2"), rport: false)
        #expect(message.headers.count == 257)
    }
}
