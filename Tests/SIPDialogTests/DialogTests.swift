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
        let info = dialog.makeRequest(.info)
        #expect(info.cseq == CSeq(number: 2, method: .info))
    }

    @Test("a strict router becomes the Request-URI and the target the last route (RFC 3261 12.2.1.1)")
    func strictRouting() throws {
        var dialog = try Self.caller(recordRoute: ["<sip:p2.example.com;lr>", "<sip:p1.example.com?x=y>"])
        let request = dialog.makeRequest(.info)
        #expect(request.requestURI.string == "sip:p1.example.com")
        #expect(
            request.headers.firstValue(of: .route).string == "<sip:p2.example.com;lr>, <sip:bob@192.0.2.4>")
    }

    @Test("without a route set a request goes to the remote target")
    func noRoutes() throws {
        var dialog = try Self.caller()
        let request = dialog.makeRequest(methodName: Bytes("FOO"))
        #expect(request.requestURI.string == "sip:bob@192.0.2.4" && dialog.nextHop.string == "sip:bob@192.0.2.4")
        #expect(!request.headers.contains(.route))
        #expect(request.headers.firstValue(of: .cseq).string == "18 FOO")
    }

    @Test("the ACK for a 2xx has the CSeq number of its INVITE and doesn't use one up (RFC 3261 13.2.2.4)")
    func acknowledgement() throws {
        var dialog = try Self.caller()
        #expect(dialog.makeACK(cseq: 17).cseq == CSeq(number: 17, method: .ack))
        let bye = dialog.makeRequest(.bye)
        #expect(bye.cseq.number == 18)
    }

    @Test("the 2xx of an early dialog brings its own route set and target (RFC 3261 13.2.2.4)")
    func confirms() throws {
        var dialog = try Self.caller(180, recordRoute: ["<sip:old;lr>"])
        dialog.confirm(with: try Self.response(recordRoute: ["<sip:new;lr>"], contact: "sip:bob@192.0.2.5"))
        #expect(dialog.state == .confirmed && dialog.routes.string == "<sip:new;lr>")
        #expect(dialog.remoteTarget.string == "sip:bob@192.0.2.5" && dialog.remoteTag.string == "8321234356")
    }

    static func inDialog(_ method: String, cseq: Int, contact: String = "") throws -> SIPRequest {
        var text = invite.replacing("INVITE", with: method).replacing("17 ", with: "\(cseq) ")
        text = text.replacing(
            "To: Bob <sip:bob@biloxi.example.com>", with: "To: Bob <sip:bob@biloxi.example.com>;tag=ours")
        let old = "Contact: <sip:alice@client.atlanta.example.com;transport=tcp>\r\n"
        return try request(text.replacing(old, with: contact.isEmpty ? "" : "Contact: <\(contact)>\r\n"))
    }

    @Test("a request belongs to the dialog by Call-ID and both tags (RFC 3261 12.2.2)")
    func matching() throws {
        let dialog = try Self.called()
        let bye = try Self.inDialog("BYE", cseq: 18)
        #expect(dialog.matches(bye))
        for (old, new) in [("ours", "other"), ("9fxced76sl", "other"), ("3848276298220188511", "1")] {
            #expect(try !dialog.matches(Self.request(bye.string.replacing(old, with: new))))
        }
    }

    @Test("a lower CSeq gets 500, a gap is fine, an ended dialog gets 481 (RFC 3261 12.2.2)")
    func numbering() throws {
        var dialog = try Self.called()
        let verdict1 = try dialog.receive(Self.inDialog("INFO", cseq: 30))
        #expect(verdict1 == .accepted)
        let verdict2 = try dialog.receive(Self.inDialog("INFO", cseq: 29))
        #expect(verdict2.status == 500)
        #expect(dialog.remoteSequence == 30)
        dialog.terminate()
        let verdict3 = try dialog.receive(Self.inDialog("INFO", cseq: 31))
        #expect(verdict3.status == 481)
    }

    @Test("re-INVITE and UPDATE move the target, INFO and BYE do not", arguments: ["INVITE", "UPDATE", "INFO", "BYE"])
    func targetRefresh(_ method: String) throws {
        var dialog = try Self.called()
        let copy = dialog
        _ = try dialog.receive(Self.inDialog(method, cseq: 18, contact: "sip:moved@192.0.2.9"))
        let moves = method == "INVITE" || method == "UPDATE"
        #expect((dialog.remoteTarget.string == "sip:moved@192.0.2.9") == moves)
        #expect(dialog.routes == copy.routes && dialog.localTag.string == "ours")
        #expect(copy.remoteTarget.string == "sip:alice@client.atlanta.example.com;transport=tcp")
    }

    @Test("a dialog is secure when a sips request came over TLS (RFC 3261 12.1.1)")
    func secure() throws {
        let sips = try Self.request(Self.invite.replacing("INVITE sip:", with: "INVITE sips:"))
        #expect(Dialog(receiving: sips, localTag: Bytes("t"), isSecureTransport: true).isSecure)
        #expect(!Dialog(receiving: sips, localTag: Bytes("t")).isSecure)
        #expect(!Dialog(receiving: try Self.request(), localTag: Bytes("t"), isSecureTransport: true).isSecure)
    }
}
