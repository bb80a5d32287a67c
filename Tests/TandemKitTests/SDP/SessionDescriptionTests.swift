import TandemKit
import Testing

@Suite struct SessionDescriptionTests {
    /// What a Lync 2013 Mediation Server offers on a trunk with optional SRTP.
    static let lync = """
        v=0\r
        o=- 34278 2 IN IP4 10.0.0.5\r
        s=session\r
        c=IN IP4 10.0.0.5\r
        b=CT:1000\r
        t=0 0\r
        m=audio 51714 RTP/AVP 8 0 101\r
        c=IN IP4 10.0.0.5\r
        a=label:Audio\r
        a=rtcp:51715\r
        a=tcap:1 RTP/SAVP\r
        a=pcfg:1 t=1\r
        a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^31|1:1\r
        a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:9cLmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^31\r
        a=rtpmap:101 telephone-event/8000\r
        a=fmtp:101 0-16\r
        a=ptime:20\r

        """

    static let unusual = [
        lync,
        lync.split(separator: "\r\n", omittingEmptySubsequences: false).joined(separator: "\n"),
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=\r\nt=0 0",
        "v=0\no=jdoe 99999999999999999999999 2 IN IP6 2001:db8::1\ns=☎\r\nz=2882844526 -1h\r\nq=who knows\r\nt=0 0\r\n",
        "v=0\r\no=- 1 1 IN IP4 h.example\r\ns=-\r\nm=image 0 udptl t38\r\nm=audio 49170/2 RTP/AVP 0\r\na=X-odd:  two  spaces \r\n",
    ]

    @Test("An unchanged description leaves byte for byte as it came", arguments: unusual)
    func identity(text: String) throws {
        #expect(try SessionDescription(text).description == text)
    }

    @Test("Bytes that are no UTF-8 survive")
    func notUTF8() throws {
        let bytes = Array("v=0\r\no=- 1 1 IN IP4 h\r\ns=".utf8) + [0xE9, 0xFF, 0x0D, 0x0A]
        #expect(try SessionDescription(bytes).bytes == bytes)
    }

    @Test("The parts of an offer are read with their types")
    func typed() throws {
        let sdp = try SessionDescription(Self.lync)
        #expect(sdp.origin.sessionID == "34278")
        #expect(sdp.origin.connection == SDPConnection(address: "10.0.0.5"))
        #expect(sdp.name == "session")
        let audio = try #require(sdp.media.first)
        #expect(audio.kind == "audio")
        #expect(audio.port == 51714)
        #expect(audio.transport == "RTP/AVP")
        #expect(audio.codecs.map(\.encoding) == ["PCMA", "PCMU", "telephone-event"])
        #expect(audio.formatParameters(of: "101") == "0-16")
        #expect(audio.ptime == 20)
        #expect(audio.section.attribute("label") == "Audio")
    }

    @Test(
        "What is no session description is refused with the line that is wrong",
        arguments: [
            ("", 0, "the description is empty"),
            ("v=1\r\n", 1, "expected version 0, found `1`"),
            ("o=- 1 1 IN IP4 h\r\n", 1, "expected v=0 at the beginning"),
            ("v=0\r\ns=-\r\n", 0, "the o= line is missing"),
            ("v=0\r\no=- 1 IN IP4 h\r\n", 2, "expected o=<user> <id> <version> <network> <type> <address>"),
            ("v=0\r\no=- 1 1 IN IP4 h\r\nnonsense\r\n", 3, "expected a letter and ="),
            ("v=0\r\no=- 1 1 IN IP4 h\r\nc=IN IP4\r\n", 3, "expected c=<network> <type> <address>"),
            ("v=0\r\no=- 1 1 IN IP4 h\r\nm=audio 1 RTP/AVP\r\n", 3, "expected m=<media> <port> <transport> <format> …"),
            (
                "v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nm=audio 65536 RTP/AVP 0\r\n", 4,
                "expected a port from 0 to 65535, found `65536`"
            ),
        ])
    func refused(text: String, line: Int, message: String) {
        #expect(throws: SDPError(line: line, message)) { try SessionDescription(text) }
    }

    @Test("Lines, media and bytes beyond the bounds are refused")
    func bounds() {
        let head = "v=0\r\no=- 1 1 IN IP4 h\r\n"
        let lines = head + String(repeating: "a=x\r\n", count: SessionDescription.lineCountMax)
        let media = head + String(repeating: "m=audio 1 RTP/AVP 0\r\n", count: SessionDescription.mediaCountMax + 1)
        let bytes = head + "s=" + String(repeating: "x", count: SessionDescription.byteCountMax)
        for text in [lines, media, bytes] {
            #expect(throws: SDPError.self) { try SessionDescription(text) }
        }
    }

    @Test("Changing address, port and direction touches only the lines that say them")
    func edits() throws {
        var sdp = try SessionDescription(Self.lync)
        sdp.setConnection(SDPConnection(address: "198.51.100.7"))
        sdp.media[0].port = 4000
        sdp.media[0].direction = .inactive
        let expected =
            Self.lync
            .replacing("c=IN IP4 10.0.0.5", with: "c=IN IP4 198.51.100.7")
            .replacing("m=audio 51714", with: "m=audio 4000")
            + "a=inactive\r\n"
        #expect(sdp.description == expected)
    }

    @Test("A line added behind one without line ending does not run into it")
    func missingEnding() throws {
        var sdp = try SessionDescription("v=0\no=- 1 1 IN IP4 h\ns=-\nt=0 0\nm=audio 1 RTP/AVP 0")
        sdp.media[0].direction = .sendonly
        #expect(sdp.description == "v=0\no=- 1 1 IN IP4 h\ns=-\nt=0 0\nm=audio 1 RTP/AVP 0\r\na=sendonly\r\n")
    }

    @Test("Codecs that are taken out lose their attributes, and the last one stays")
    func codecs() throws {
        var sdp = try SessionDescription(Self.lync)
        sdp.media[0].keepFormats { _, codec in codec?.encoding == "PCMA" }
        #expect(sdp.media[0].formats == ["8"])
        #expect(sdp.media[0].section.attribute("rtpmap") == nil)
        #expect(sdp.media[0].section.attribute("fmtp") == nil)
        let before = sdp
        #expect(!sdp.media[0].keepFormats { _, _ in false })
        #expect(sdp == before)
    }

    @Test("Preferred codecs come first; the others keep their order")
    func preference() throws {
        var sdp = try SessionDescription(Self.lync)
        sdp.media[0].preferCodecs(["telephone-event", "pcmu"])
        #expect(sdp.media[0].formats == ["101", "0", "8"])
    }

    @Test("A new description can be built and read again")
    func builder() throws {
        var sdp = SessionDescription(
            origin: SDPOrigin(sessionID: "7", sessionVersion: "1", connection: SDPConnection(address: "::1")),
            connection: SDPConnection(address: "::1"))
        var audio = MediaDescription(kind: "audio", port: 9000, transport: "RTP/AVP", formats: ["0"])
        audio.section.addAttribute("rtcp-mux")
        sdp.media.append(audio)
        #expect(
            sdp.description
                == "v=0\r\no=- 7 1 IN IP6 ::1\r\ns=-\r\nc=IN IP6 ::1\r\nt=0 0\r\nm=audio 9000 RTP/AVP 0\r\na=rtcp-mux\r\n"
        )
        #expect(try SessionDescription(sdp.bytes) == sdp)
    }
}
