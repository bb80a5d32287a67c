import TandemKit
import Testing

@testable import SIPDialog

@Suite struct DialogTests {
    static let invite = """
        INVITE sip:bob@biloxi.example.com SIP/2.0\r
        Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKabc\r
        Record-Route: <sip:p2.example.com;lr>, "Proxy, one" <sip:p1.example.com;lr>\r
        Record-Route: <sip:p0.example.com;lr>\r
        From: "Alice" <sip:alice@atlanta.example.com>;tag=9fxced76sl\r
        To: Bob <sip:bob@biloxi.example.com>\r
        Call-ID: 3848276298220188511@atlanta.example.com\r
        CSeq: 17 INVITE\r
        Contact: <sip:alice@client.atlanta.example.com;transport=tcp>\r
        Content-Length: 0\r
        \r

        """

    static func request(_ text: String = invite) throws -> SIPRequest { try SIPMessage(text).request }

    static func response(_ status: UInt16 = 200, recordRoute: [String] = [], contact: String = "sip:bob@192.0.2.4")
        throws -> SIPResponse
    {
        var response = SIPResponse(to: try request(), status: status, toTag: Bytes("8321234356"))
        for route in recordRoute { response.headers.append(.recordRoute, route) }
        if !contact.isEmpty { response.headers.append(.contact, "<\(contact)>") }
        return response
    }

    static func caller(_ status: UInt16 = 200, recordRoute: [String] = []) throws -> Dialog {
        Dialog(sent: try request(), received: try response(status, recordRoute: recordRoute))
    }

    static func called() throws -> Dialog { Dialog(receiving: try request(), localTag: Bytes("ours")) }

    @Test("the called side takes route set in order, target, tags and CSeq from the INVITE (RFC 3261 12.1.1)")
    func calledSide() throws {
        let dialog = try Self.called()
        #expect(dialog.state == .early && !dialog.isCaller && !dialog.isSecure)
        #expect(dialog.callID.string == "3848276298220188511@atlanta.example.com")
        #expect(dialog.localTag.string == "ours" && dialog.remoteTag.string == "9fxced76sl")
        #expect(dialog.localParty.string == "Bob <sip:bob@biloxi.example.com>;tag=ours")
        #expect(dialog.remoteParty.string == "\"Alice\" <sip:alice@atlanta.example.com>;tag=9fxced76sl")
        #expect(dialog.remoteTarget.string == "sip:alice@client.atlanta.example.com;transport=tcp")
        #expect(
            dialog.routes.string
                == "<sip:p2.example.com;lr>, \"Proxy, one\" <sip:p1.example.com;lr>, <sip:p0.example.com;lr>")
        #expect(dialog.localSequence == 0 && dialog.remoteSequence == 17)
    }

    @Test("the calling side takes the route set in reverse and the target from the response (RFC 3261 12.1.2)")
    func callingSide() throws {
        let dialog = try Self.caller(180, recordRoute: ["<sip:a;lr>, <sip:b;lr>", "<sip:c;lr>"])
        #expect(dialog.state == .early && dialog.isCaller)
        #expect(dialog.localTag.string == "9fxced76sl" && dialog.remoteTag.string == "8321234356")
        #expect(dialog.routes.string == "<sip:c;lr>, <sip:b;lr>, <sip:a;lr>")
        #expect(dialog.remoteTarget.string == "sip:bob@192.0.2.4")
        #expect(dialog.localSequence == 17 && dialog.remoteSequence == 0)
    }

    @Test("a request goes to the target along loose routes, with the next CSeq (RFC 3261 12.2.1.1)")
    func looseRouting() throws {
        var dialog = try Self.called()
        let bye = dialog.makeRequest(.bye)
        #expect(
            bye.string == """
                BYE sip:alice@client.atlanta.example.com;transport=tcp SIP/2.0\r
                Max-Forwards: 70\r
                Route: <sip:p2.example.com;lr>, "Proxy, one" <sip:p1.example.com;lr>, <sip:p0.example.com;lr>\r
                From: Bob <sip:bob@biloxi.example.com>;tag=ours\r
                To: "Alice" <sip:alice@atlanta.example.com>;tag=9fxced76sl\r
                Call-ID: 3848276298220188511@atlanta.example.com\r
                CSeq: 1 BYE\r
                Content-Length: 0\r
                \r

                """)
        #expect(dialog.nextHop.string == "sip:p2.example.com;lr")
        #expect(dialog.makeRequest(.info).cseq == CSeq(number: 2, method: .info))
    }
}
