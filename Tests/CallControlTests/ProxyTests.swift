import CallControl
import SIPTransaction
import TandemKit
import Testing
import Timing

@Suite struct ProxyTests {
    let bench = EngineBench(mode: .proxy)

    @Test("An INVITE goes on with our Via and Record-Route on top, one hop less, and the caller's dialog untouched")
    func forwards() throws {
        let sent = bench.receive(Party.invite(extra: "X-Thing: 1\r\n"), from: 0)
        let invite = try #require(sent.to(1).first("INVITE sip:0100@192.0.2.2:5060"))
        #expect(invite.fields("Via").count == 2)
        #expect(invite.field("Max-Forwards") == "69")
        #expect(invite.field("From") == "\"Ann\" <sip:+14255550199@192.0.2.1>;tag=atag")
        #expect(invite.field("Call-ID") == "acall@192.0.2.1")
        #expect(invite.field("X-Thing") == "1")
        #expect(
            invite.fields("Record-Route") == ["<sip:198.51.100.2:5060;lr;t=0.1>", "<sip:198.51.100.1:5060;lr;t=0.1>"])
    }

    @Test("Responses go back without our Via; 100 stays")
    func responses() throws {
        let invite = bench.receive(Party.invite(), from: 0).last!
        #expect(bench.receive(Party.response(100, to: invite, tag: nil), from: 1).isEmpty)
        let ringing = bench.receive(Party.response(180, to: invite), from: 1)
        #expect(ringing.to(0).startLines == ["SIP/2.0 180 Something"])
        #expect(ringing[0].fields("Via").count == 1)
        #expect(ringing[0].field("To")?.parameter("tag") == "btag")
    }

    @Test("ACK and BYE follow the route set in both directions, without our Route in them")
    func inDialog() throws {
        let invite = bench.receive(Party.invite(), from: 0).last!
        let ok = bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1).to(0)[0]
        let routes = "Route: <sip:198.51.100.1:5060;lr;t=0.1>, <sip:198.51.100.2:5060;lr;t=0.1>\r\n"
        let ack = bench.receive(
            Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKa2", extra: routes), from: 0)
        #expect(ack.startLines == ["ACK sip:bob@192.0.2.2:5060 SIP/2.0"])
        #expect(ack[0].listener == 1)
        #expect(ack[0].fields("Route") == [])
        let bye = bench.receive(
            Party.request(
                "BYE", uri: "sip:ann@192.0.2.1:5060", branch: "z9hG4bKb1", from: ok.field("To")!,
                to: ok.field("From")!, callID: "acall@192.0.2.1", cseq: 1,
                extra: "Route: <sip:198.51.100.2:5060;lr;t=0.1>\r\nRoute: <sip:198.51.100.1:5060;lr;t=0.1>\r\n",
                host: "192.0.2.2:5060"), from: 1)
        #expect(bye.startLines == ["BYE sip:ann@192.0.2.1:5060 SIP/2.0"])
        #expect(bye[0].listener == 0)
        let done = bench.receive(Party.response(200, to: bye[0]), from: 0)
        #expect(done.to(1).startLines == ["SIP/2.0 200 Something"])
        #expect(bench.engine.callCount == 0)
    }

    @Test("A strict router's request is put right (RFC 3261 §16.4)")
    func strictRouter() throws {
        let invite = bench.receive(Party.invite(), from: 0).last!
        let ok = bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1).to(0)[0]
        let bye = bench.receive(
            Party.request(
                "BYE", uri: "sip:198.51.100.1:5060;lr;t=0.1", branch: "z9hG4bKa3", from: ok.field("From")!,
                to: ok.field("To")!, callID: "acall@192.0.2.1", cseq: 2,
                extra: "Route: <sip:198.51.100.2:5060;lr;t=0.1>, <sip:bob@192.0.2.2:5060>\r\n"), from: 0)
        #expect(bye.startLines == ["BYE sip:bob@192.0.2.2:5060 SIP/2.0"])
        #expect(bye[0].fields("Route") == [])
    }

    @Test("F17: 5xx moves on to the next trunk; the best response goes back, 503 as 500")
    func failover() throws {
        let invite = bench.receive(Party.invite(), from: 0).last!
        let sent = bench.receive(Party.response(503, to: invite), from: 1)
        let second = try #require(sent.to(2).first("INVITE sip:0100@192.0.2.3:5060"))
        #expect(second.field("Via") != invite.field("Via"))
        let end = bench.receive(Party.response(503, to: second), from: 2)
        #expect(end.to(0).startLines == ["SIP/2.0 500 Server Internal Error"])
        #expect(bench.engine.callCount == 0)
    }

    @Test("CANCEL goes to the branch, whose 487 goes back")
    func cancel() throws {
        let invite = bench.receive(Party.invite(), from: 0).last!
        bench.receive(Party.response(180, to: invite), from: 1)
        let cancel = bench.receive(
            Party.request(
                "CANCEL", uri: "sip:0100@198.51.100.1", branch: "z9hG4bKa1",
                from: "\"Ann\" <sip:+14255550199@192.0.2.1>;tag=atag", to: "<sip:0100@198.51.100.1>",
                callID: "acall@192.0.2.1", cseq: 1), from: 0)
        #expect(cancel.to(0).startLines == ["SIP/2.0 200 OK"])
        #expect(cancel.to(1).first("CANCEL") != nil)
        let end = bench.receive(Party.response(487, to: invite), from: 1)
        #expect(end.to(0).startLines == ["SIP/2.0 487 Something"])
    }

    @Test("Timer C cancels a branch that rings for too long (RFC 3261 §16.8)")
    func timerC() {
        let bench = EngineBench(mode: .proxy, timers: CallTimers(timerC: .seconds(200)))
        let invite = bench.receive(Party.invite(), from: 0).last!
        bench.receive(Party.response(180, to: invite), from: 1)
        bench.wait(milliseconds: 150_000)
        bench.receive(Party.response(180, to: invite), from: 1)
        #expect(bench.wait(milliseconds: 199_000).isEmpty)
        #expect(bench.wait(milliseconds: 1_100).to(1).first("CANCEL") != nil)
    }

    @Test("A branch without any response: 408 goes back")
    func silent() {
        let bench = EngineBench(trunks: ["in", "out"], mode: .proxy)
        bench.receive(Party.invite(), from: 0)
        #expect(bench.wait(milliseconds: 33_000).to(0).first("SIP/2.0 408") != nil)
        bench.wait(milliseconds: 64_000)
        #expect(bench.isEmpty)
    }

    @Test(
        "F87 in part: A request that comes back unchanged gets 482; changed it is a spiral and goes on (RFC 3261 §16.3)"
    )
    func loop() throws {
        let invite = bench.receive(Party.invite(), from: 0).last!
        let looped = invite.text.replacing("INVITE sip:0100@192.0.2.2:5060", "INVITE sip:0100@198.51.100.1")
            .replacing(
                "Via: SIP/2.0/UDP 198.51.100.2",
                "Via: SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bKx\r\nVia: SIP/2.0/UDP 198.51.100.2")
        #expect(bench.receive(looped, from: 0).last?.startLine == "SIP/2.0 482 Loop Detected")
        let spiral = looped.replacing("INVITE sip:0100@", "INVITE sip:0200@").replacing("z9hG4bKx", "z9hG4bKy")
        #expect(bench.receive(spiral, from: 0).to(1).first("INVITE sip:0200@") != nil)
    }

    @Test("An extension that a proxy must support gets 420; Require is the callee's matter")
    func proxyRequire() throws {
        let refused = bench.receive(Party.invite(extra: "Proxy-Require: foo\r\n"), from: 0).last!
        #expect(refused.startLine == "SIP/2.0 420 Bad Extension")
        #expect(refused.field("Unsupported") == "foo")
        let passed = EngineBench(mode: .proxy).receive(Party.invite(extra: "Require: 100rel\r\n"), from: 0).last!
        #expect(passed.field("Require") == "100rel")
    }

    @Test("A repeated 2xx and that of a second fork still reach the caller when the context is gone")
    func lateAnswers() {
        let invite = bench.receive(Party.invite(), from: 0).last!
        bench.receive(Party.response(200, to: invite, tag: "one", body: Party.answer), from: 1)
        #expect(bench.engine.callCount == 0)
        for tag in ["one", "two"] {
            let late = bench.receive(Party.response(200, to: invite, tag: tag, body: Party.answer), from: 1)
            #expect(late.to(0).startLines == ["SIP/2.0 200 Something"])
        }
    }

    /// A request that looks as if it were inside a dialog, and leads elsewhere.
    private func invented(_ method: String, routes: String) -> String {
        "\(method) sip:victim@203.0.113.9 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bK\(method)\r\n"
            + "Max-Forwards: 70\r\nRoute: \(routes)\r\nFrom: <sip:x@192.0.2.3>;tag=x\r\nTo: <sip:y@198.51.100.3>;tag=y\r\n"
            + "Call-ID: i\r\nCSeq: 1 \(method)\r\nContent-Length: 0\r\n\r\n"
    }

    @Test(
        "An invented Record-Route of ours leads a trunk that is not in it nowhere",
        arguments: [
            "<sip:198.51.100.1:5060;lr;t=0.1>", "<sip:198.51.100.3:5060;lr;t=2.1>, <sip:198.51.100.1;lr;t=0.1>",
        ])
    func inventedRoute(routes: String) {
        for method in ["INVITE", "MESSAGE", "ACK"] {
            let sent = bench.receive(invented(method, routes: routes), from: 2)
            #expect(sent.filter { $0.listener != 2 }.isEmpty)
            #expect(sent.allSatisfy { $0.startLine.hasPrefix("SIP/2.0 4") || $0.startLine.hasPrefix("SIP/2.0 100") })
        }
    }

    @Test("Where no trunk is in proxy mode, no Route makes a proxy of us")
    func inventedRouteThroughB2BUA() {
        let bench = EngineBench()
        for method in ["INVITE", "MESSAGE", "ACK"] {
            let sent = bench.receive(invented(method, routes: "<sip:198.51.100.3:5060;lr;t=2.1>"), from: 2)
            #expect(sent.filter { $0.listener != 2 }.isEmpty)
        }
    }
}

extension String {
    /// The text with the first `old` replaced.
    func replacing(_ old: String, _ new: String) -> String {
        guard let range = range(of: old) else { return self }
        return self[..<range.lowerBound] + new + self[range.upperBound...]
    }
}
