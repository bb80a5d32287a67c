import TandemKit
import Testing

@Suite struct SIPMessageTests {
    static let invite = """
        INVITE sip:+14255550100@pstn.example.com;user=phone SIP/2.0\r
        Via: SIP/2.0/TCP uc.example.com:5061;branch=z9hG4bK776asdhds;rport\r
        v: SIP/2.0/UDP [2001:db8::1]:5060;branch=z9hG4bKabc , SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKdef\r
        MAX-forwards: 70\r
        f: "Alice, \\"A\\"" <sip:alice@example.com>;tag=1928301774\r
        To: <sip:+14255550100@pstn.example.com>\r
        Call-ID: a84b4c76e66710@uc.example.com\r
        CSeq: 314159 INVITE\r
        X-Folded : one\r
          two\r
        Contact: <sip:alice@uc.example.com:5061;transport=tcp>\r
        Content-Type: application/sdp\r
        Content-Length: 4\r
        \r
        v=0\n
        """

    @Test("An untouched message leaves byte for byte as it came")
    func roundTrip() throws {
        let message = try SIPMessage(Self.invite)
        #expect(message.string == Self.invite)
        #expect(message.serializedCount == Self.invite.utf8.count)
    }

    @Test("What every transaction needs is found while the message is received")
    func essentials() throws {
        let message = try SIPMessage(Self.invite)
        #expect(message.isRequest)
        #expect(message.method == .invite)
        #expect(message.cseq == CSeq(number: 314159, method: .invite))
        #expect(message.callID.string == "a84b4c76e66710@uc.example.com")
        #expect(message.fromTag.string == "1928301774")
        #expect(message.toTag.isEmpty)
        #expect(message.topVia.branch.string == "z9hG4bK776asdhds")
        #expect(message.topVia.rport == 0)
        #expect(message.topVia.transport == .tcp)
        #expect(message.body.string == "v=0\n")
        #expect(message.headers["x-folded"] == "one two")
        let request = try #require(message.asRequest)
        #expect(request.maxForwards == 70)
        #expect(request.requestURI.string == "sip:+14255550100@pstn.example.com;user=phone")
    }

    @Test("A copy keeps its value when the original is changed")
    func copyOnWrite() throws {
        var message = try SIPMessage(Self.invite)
        let copy = message
        message.request.pushVia(
            transport: .udp, host: Bytes("192.0.2.1"), port: 5060, branch: Bytes("z9hG4bKnew"), rport: true)
        message.request.setRequestURI(Bytes("sip:bob@example.net"))
        message.request.setMaxForwards(69)
        #expect(copy.string == Self.invite)
        #expect(message.topVia.branch.string == "z9hG4bKnew")
        #expect(message.string.hasPrefix("INVITE sip:bob@example.net SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;"))
        message.removeTopVia()
        message.removeTopVia()
        #expect(message.topVia.host.string == "[2001:db8::1]")
        message.removeTopVia()
        #expect(message.topVia.host.string == "192.0.2.7")
        message.removeTopVia()
        #expect(message.headers.firstIndex(of: HeaderID.via) == -1)
    }

    @Test("A response copies Via, From, To, Call-ID and CSeq and adds a tag (RFC 3261 §8.2.6.2)")
    func response() throws {
        var message = try SIPMessage(Self.invite)
        let source = Endpoint(address: try #require(IPAddress("198.51.100.9")), port: 4242)
        message.request.setTopViaReceived(source)
        let request = try #require(message.asRequest)
        let response = SIPResponse(to: request, status: 180, toTag: Bytes("xyz"))
        #expect(response.status == 180)
        #expect(response.toTag.string == "xyz")
        #expect(response.topVia.rport == 4242)
        #expect(response.topVia.received.string == "198.51.100.9")
        #expect(response.method == .invite)
        let again = try SIPMessage(response.string)
        #expect(again.string == response.string)
    }
}
