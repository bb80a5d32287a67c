import TandemKit
import Testing

@Suite struct RoutingTests {
    @Test("Routes are popped one value at a time")
    func popRoute() throws {
        var request = try #require(
            try HeaderFieldsTests.message("Route: <sip:a;lr> , \"x,y\" <sip:b>;p=1", "Route: <sip:c>").asRequest)
        #expect(request.topRoute?.uri.string == "sip:a;lr")
        request.removeTopRoute()
        #expect(request.headers[.route] == "\"x,y\" <sip:b>;p=1")
        request.removeTopRoute()
        #expect(request.topRoute?.uri.string == "sip:c")
        request.removeTopRoute()
        #expect(request.topRoute == nil)
        request.removeTopRoute()
    }

    @Test("Record-Route goes before the others, or behind Via (RFC 3261 §16.6 step 4)")
    func recordRoute() throws {
        var request = try #require(try HeaderFieldsTests.message().asRequest)
        request.pushRecordRoute(Bytes("sip:p1;lr"))
        request.pushRecordRoute(Bytes("sip:p2;lr"))
        #expect(request.headers.recordRoutes.map { $0.uri.host } == ["p2", "p1"])
        #expect(request.headers.id(at: 1) == .recordRoute)
        var response = SIPResponse(to: request, status: 200, toTag: Bytes("x"))
        response.copyRecordRoutes(of: request)
        #expect(response.headers.recordRoutes.map { $0.uri.host } == ["p2", "p1"])
    }

    @Test("received is added when sent-by names another address (RFC 3261 §18.2.1)")
    func received() throws {
        let source = Endpoint(address: try #require(IPAddress("192.0.2.7")), port: 5062)
        func via(_ sent: String) throws -> String? {
            var message = try SIPMessage(
                "OPTIONS sip:h SIP/2.0\r\nVia: \(sent)\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: 1\r\n"
                    + "CSeq: 1 OPTIONS\r\n\r\n")
            message.request.setTopViaReceived(source)
            return message.headers[.via]
        }
        let base = "SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bK1"
        #expect(try via(base) == base)
        #expect(
            try via("SIP/2.0/UDP 192.0.2.8;branch=z9hG4bK1")
                == "SIP/2.0/UDP 192.0.2.8;branch=z9hG4bK1;received=192.0.2.7")
        #expect(try via("SIP/2.0/UDP host;branch=z9hG4bK1") == "SIP/2.0/UDP host;branch=z9hG4bK1;received=192.0.2.7")
        #expect(
            try via("SIP/2.0/UDP 192.0.2.7;rport;branch=z9hG4bK1, SIP/2.0/TCP x;received=1")
                == "SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1;received=192.0.2.7;rport=5062, SIP/2.0/TCP x;received=1")
        #expect(
            try via("SIP/2.0/UDP h;received=6.6.6.6;rport=1;branch=z9hG4bK1;x")
                == "SIP/2.0/UDP h;branch=z9hG4bK1;x;received=192.0.2.7;rport=5062")
        #expect(
            try via("SIP/2.0/UDP 192.0.2.7;received=6.6.6.6;branch=z9hG4bK1") == "SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1"
        )
    }

    @Test("A request is built from nothing and read again")
    func builder() throws {
        var request = SIPRequest(method: .invite, uri: "sip:bob@example.com")
        request.from = try #require(NameAddr("<sip:a@example.net>;tag=1"))
        request.to = try #require(NameAddr("<sip:bob@example.com>"))
        request.headers.append(.callID, Bytes("call-1"))
        request.headers.append(.cseq, Bytes("1 INVITE"))
        request.pushVia(transport: .tcp, host: Bytes("[2001:db8::1]"), port: 0, branch: Bytes("z9hG4bKx"), rport: false)
        request.setBody(Bytes("v=0\r\n"), contentType: "application/sdp")
        #expect(
            request.string == """
                INVITE sip:bob@example.com SIP/2.0\r
                Via: SIP/2.0/TCP [2001:db8::1];branch=z9hG4bKx\r
                Max-Forwards: 70\r
                From: <sip:a@example.net>;tag=1\r
                To: <sip:bob@example.com>\r
                Call-ID: call-1\r
                CSeq: 1 INVITE\r
                Content-Type: application/sdp\r
                Content-Length: 5\r
                \r
                v=0\r\n
                """)
        #expect(try SIPMessage(request.string).string == request.string)
        request.removeBody()
        #expect(request.string.hasSuffix("CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"))
    }
}
