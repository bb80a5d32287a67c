import TandemKit
import Testing
import Timing

@testable import SIPTransaction

@Suite struct CancellingTests {
    let owner = OwnerToken(11, 22)

    @Test("a CANCEL has the branch, Request-URI, From, To, Call-ID, CSeq number and Route of its INVITE")
    func content() throws {
        let bench = LayerBench()
        let id = try bench.layer.send(
            invite(bench, extra: "Route: <sip:p1.example.com;lr>\r\nRoute: <sip:p2.example.com;lr>\r\n"),
            over: LayerBench.udp, owner: owner, at: bench.now)
        let request = bench.drain()[0]
        _ = try bench.receive(LayerBench.response(180, to: request))
        guard case .sent = bench.layer.cancel(id, reason: Bytes("SIP;cause=200"), at: bench.now) else {
            throw Unexpected("not sent")
        }
        let via = try #require(request.split(separator: "\r\n").first { $0.hasPrefix("Via:") })
        #expect(
            bench.drain() == [
                """
                CANCEL sip:bob@example.com SIP/2.0\r
                \(via)\r
                Max-Forwards: 70\r
                Route: <sip:p1.example.com;lr>\r
                Route: <sip:p2.example.com;lr>\r
                From: "Alice" <sip:alice@example.com>;tag=from-1\r
                To: <sip:bob@example.com>\r
                Call-ID: call-1\r
                CSeq: 1 CANCEL\r
                Reason: SIP;cause=200\r
                Content-Length: 0\r
                \r

                """
            ])
    }

    @Test("a CANCEL before any provisional response waits for the first one (RFC 3261 9.1)")
    func deferred() throws {
        let bench = LayerBench()
        let id = try bench.send("INVITE")
        let request = bench.drain()[0]
        #expect(bench.layer.cancel(id, reason: Bytes("SIP;cause=487"), at: bench.now) == .deferred)
        #expect(bench.drain() == [])
        _ = try bench.receive(LayerBench.response(100, to: request))
        let cancel = bench.drain()
        #expect(cancel.count == 1 && cancel[0].hasPrefix("CANCEL ") && cancel[0].contains("Reason: SIP;cause=487\r\n"))
        _ = try bench.receive(LayerBench.response(180, to: request))
        #expect(bench.drain() == [])
        #expect(bench.layer.cancel(id, at: bench.now) == .tooLate)
    }

    @Test("a CANCEL after the final response is too late", arguments: [200, 486])
    func tooLate(_ status: UInt16) throws {
        let bench = LayerBench()
        let id = try bench.send("INVITE")
        _ = try bench.receive(LayerBench.response(status, to: bench.drain()[0]))
        bench.output.removeAll()
        #expect(bench.layer.cancel(id, at: bench.now) == .tooLate)
        #expect(bench.drain() == [])
    }

    @Test("the responses to CANCEL and INVITE come one by one, and nothing is left behind")
    func completes() throws {
        let bench = LayerBench()
        let id = try bench.send("INVITE")
        let request = bench.drain()[0]
        _ = try bench.receive(LayerBench.response(180, to: request))
        guard case .sent(let own) = bench.layer.cancel(id, at: bench.now) else { throw Unexpected("not sent") }
        #expect(try bench.receive(LayerBench.response(200, to: bench.drain()[0])) == .response(own, owner: owner))
        #expect(try bench.receive(LayerBench.response(487, to: request)) == .response(id, owner: owner))
        #expect(bench.drainLines() == ["ACK sip:bob@example.com SIP/2.0"])
        bench.run(.seconds(33))
        #expect(bench.layer.count == 0 && bench.layer.storedByteCount == 0)
    }

    @Test("an INVITE without final response 64*T1 after its CANCEL is given up (RFC 3261 9.1)")
    func givesUp() throws {
        let bench = LayerBench()
        let id = try bench.send("INVITE", over: LayerBench.tcp)
        _ = try bench.receive(LayerBench.response(180, to: bench.drain()[0]))
        bench.run(.seconds(100))
        #expect(bench.layer.count == 1)
        _ = bench.layer.cancel(id, at: bench.now)
        bench.run(.milliseconds(32_001))
        #expect(bench.events().contains(.clientTimedOut(id, owner: owner)))
        #expect(bench.layer.count == 0 && bench.layer.storedByteCount == 0)
    }

    @Test("a CANCEL for a non-INVITE request is not sent (RFC 3261 9.1)")
    func onlyInvite() throws {
        let bench = LayerBench()
        let id = try bench.send("OPTIONS")
        bench.output.removeAll()
        #expect(bench.layer.cancel(id, at: bench.now) == .tooLate)
    }

    @Test("only the first of two Via values on one line goes into the CANCEL and the ACK")
    func severalViaValues() throws {
        let bench = LayerBench()
        let branch = bench.layer.makeBranch().string
        let text = LayerBench.request(
            "INVITE", branch: "\(branch);x=\"a,b\", SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKup")
        let id = try bench.layer.send(SIPMessage(text).request, over: LayerBench.udp, owner: owner, at: bench.now)
        _ = try bench.receive(LayerBench.response(180, to: bench.drain()[0]))
        _ = bench.layer.cancel(id, at: bench.now)
        #expect(bench.drain()[0].contains("\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=\(branch);x=\"a,b\"\r\n"))
    }

    private func invite(_ bench: LayerBench, extra: String) throws -> SIPRequest {
        try SIPMessage(LayerBench.request("INVITE", branch: bench.layer.makeBranch().string, extra: extra)).request
    }
}
