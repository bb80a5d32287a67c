import TandemKit
import Testing

@Suite struct SDPCryptoTests {
    @Test("Keys are read with lifetime and MKI, and written as they were")
    func read() throws {
        var sdp = try SessionDescription(SessionDescriptionTests.lync)
        let crypto = sdp.media[0].crypto
        #expect(crypto.map(\.tag) == [1, 2])
        #expect(crypto[0].keys[0].mki == "1:1")
        #expect(crypto[0].keys[0].lifetime == "2^31")
        #expect(crypto[1].keys[0].mki == nil)
        sdp.media[0].crypto = crypto
        #expect(sdp.description == SessionDescriptionTests.lync)
    }

    @Test("Replaced keys stand where the first one stood")
    func replace() throws {
        var sdp = try SessionDescription(SessionDescriptionTests.lync)
        sdp.media[0].crypto = [
            SDPCrypto(
                tag: 3, suite: "AEAD_AES_256_GCM",
                keys: [.init(keySalt: "AA=="), .init(keySalt: "BB==", lifetime: "2^20", mki: "2:4")],
                sessionParameters: ["KDR=1"])
        ]
        let lines = sdp.media[0].section.lines.map(\.description)
        let index = try #require(lines.firstIndex(of: "a=pcfg:1 t=1"))
        #expect(lines[index + 1] == "a=crypto:3 AEAD_AES_256_GCM inline:AA==;inline:BB==|2^20|2:4 KDR=1")
        #expect(lines[index + 2] == "a=rtpmap:101 telephone-event/8000")
    }

    @Test(
        "A line that is no key is left alone",
        arguments: ["1", "x AES inline:AA", "1 AES", "1 AES AA==", "1 AES inline:"])
    func malformed(value: String) throws {
        let text = "v=0\r\no=- 1 1 IN IP4 h\r\nm=audio 1 RTP/SAVP 0\r\na=crypto:\(value)\r\n"
        let sdp = try SessionDescription(text)
        #expect(sdp.media[0].crypto.isEmpty)
        #expect(sdp.description == text)
    }
}
