import CallControl
import SIPTransaction
import TandemKit
import Testing

@Suite struct RequestTests {
    func options(
        _ extra: String = "", from: String = "<sip:ann@192.0.2.1>;tag=x", hops: Int = 70, method: String = "OPTIONS",
        uri: String = "sip:198.51.100.1"
    ) -> String {
        "\(method) \(uri) SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;rport;branch=z9hG4bKo\r\nMax-Forwards: \(hops)\r\nFrom: \(from)\r\n"
            + "To: <sip:198.51.100.1>\r\nCall-ID: o\r\nCSeq: 1 \(method)\r\n\(extra)Content-Length: 0\r\n\r\n"
    }

    @Test("OPTIONS outside of a dialog gets 200 with what we can do")
    func answersOptions() {
        let sent = EngineBench().receive(options(), from: 0)
        #expect(sent.startLines == ["SIP/2.0 200 OK"])
        #expect(sent[0].field("Allow")?.contains("UPDATE") == true)
        #expect(sent[0].field("Accept") == "application/sdp")
        #expect(sent[0].field("Contact") == "<sip:198.51.100.1:5060>")
    }

    @Test("F87: OPTIONS with Max-Forwards 0 asks for us, all else has gone too far")
    func maxForwards() {
        #expect(EngineBench().receive(options(hops: 0), from: 0).startLines == ["SIP/2.0 200 OK"])
        #expect(
            EngineBench().receive(options(hops: 0, method: "MESSAGE"), from: 0).startLines == [
                "SIP/2.0 483 Too Many Hops"
            ])
    }

    @Test("The answer's Via says where the request came from (RFC 3581)")
    func receivedAndRport() {
        let sent = EngineBench().receive(options().replacing("192.0.2.1;rport", "10.9.8.7:777;rport"), from: 0)
        let via = sent[0].field("Via")
        #expect(via?.contains(";received=192.0.2.1") == true)
        #expect(via?.contains(";rport=5060") == true)
        #expect(sent[0].flow.remote == EngineBench().flow(0).remote)
    }

    @Test("Max-Forwards is one less on the other side")
    func decremented() {
        #expect(EngineBench().receive(Party.invite(), from: 0).last?.field("Max-Forwards") == "69")
    }

    @Test(
        "A method outside of a dialog that a B2BUA does not serve gets 405",
        arguments: ["REGISTER", "BYE", "FOO"])
    func notServed(method: String) {
        #expect(
            EngineBench().receive(options(method: method), from: 0).startLines == ["SIP/2.0 405 Method Not Allowed"])
    }

    @Test("A Request-URI with a scheme that cannot be routed gets 416")
    func scheme() {
        #expect(
            EngineBench().receive(options(uri: "mailto:ann@example.com"), from: 0)[0].startLine.hasPrefix("SIP/2.0 416")
        )
    }

    @Test("A required extension that is unknown gets 420 and its name")
    func required() {
        let sent = EngineBench().receive(options("Require: foo, timer, bar\r\n", method: "INVITE"), from: 0).last!
        #expect(sent.startLine == "SIP/2.0 420 Bad Extension")
        #expect(sent.field("Unsupported") == "foo, bar")
    }

    @Test("F87: A request from an unknown source is dropped, and counted")
    func dropped() {
        let bench = EngineBench(trunks: ["in", "out"])
        #expect(bench.receive(Party.invite(), from: 5).isEmpty)
        #expect(bench.engine.counters.unknownSources == 1)
        #expect(bench.isEmpty)
    }

    @Test("A request from an unknown source gets the configured status, without any state")
    func refusedSource() {
        let bench = EngineBench(unknown: .status(403))
        let sent = bench.receive(Party.invite(), from: 9)
        #expect(sent[0].startLine.hasPrefix("SIP/2.0 403"))
        #expect(bench.engine.layer.count == 0)
    }

    @Test("More calls than the limit: 503 with Retry-After, counted")
    func tooManyCalls() {
        let bench = EngineBench(limits: CallLimits(calls: 1, retryAfter: 7))
        var told: [CallRefusal] = []
        bench.engine.observeRefusal = { told.append($0) }
        bench.receive(Party.invite(), from: 0)
        let sent = bench.receive(Party.invite(branch: "z9hG4bKa9", tag: "t9", callID: "c9"), from: 0).last!
        #expect(sent.startLine == "SIP/2.0 503 Service Unavailable")
        #expect(sent.field("Retry-After") == "7")
        #expect(bench.engine.counters.refusedCalls == 1 && told == [.tooManyCalls])
    }

    @Test(
        "While draining, new calls get 503, are counted and told; what is up goes on",
        arguments: [SignallingMode.b2bua, .proxy])
    func draining(mode: SignallingMode) {
        let bench = EngineBench(mode: mode)
        var told: [CallRefusal] = []
        bench.engine.observeRefusal = { told.append($0) }
        let invite = bench.receive(Party.invite(), from: 0).to(1).first("INVITE")!
        bench.engine.isDraining = true
        let sent = bench.receive(Party.invite(branch: "z9hG4bKa9", tag: "t9", callID: "c9"), from: 0)
        #expect(sent.last?.startLine == "SIP/2.0 503 Service Unavailable")
        #expect(told == [.draining])
        #expect(bench.engine.counters.drainedCalls == 1 && bench.engine.counters.refusedCalls == 0)
        #expect(bench.receive(Party.response(180, to: invite), from: 1).to(0).first("SIP/2.0 180") != nil)
        bench.engine.isDraining = false
        let next = bench.receive(Party.invite(branch: "z9hG4bKb9", tag: "u9", callID: "d9"), from: 0)
        #expect(next.to(1).first("INVITE") != nil && told.count == 1)
    }

    @Test("The same INVITE over two paths: the second gets 482 (RFC 3261 §8.2.2.2)")
    func merged() {
        let bench = EngineBench()
        bench.receive(Party.invite(), from: 0)
        #expect(
            bench.receive(Party.invite(branch: "z9hG4bKother"), from: 0).last?.startLine == "SIP/2.0 482 Loop Detected")
    }

    @Test("A request that can't be read gets its status from a known source, from others what strangers get")
    func refusals() {
        let stranger = Flow(
            listener: 0, transport: .udp, remote: Endpoint(address: IPAddress(ipv4: 0xCB00_7109), port: 5060))
        let dropping = EngineBench()
        #expect(dropping.engine.refusal(400, on: dropping.flow(0), at: dropping.now) == 400)
        #expect(dropping.engine.refusal(400, on: stranger, at: dropping.now) == nil)
        #expect(dropping.engine.counters.unknownSources == 1)
        #expect(EngineBench(unknown: .status(403)).engine.refusal(513, on: stranger, at: dropping.now) == 403)
    }

    @Test("An INVITE of RFC 2543 needs no Contact: later requests go to the URI of its From (RFC 4475 §3.4.1)")
    func oldInvite() throws {
        let bench = EngineBench()
        let old = Party.invite().replacing("Contact: <sip:ann@192.0.2.1:5060>\r\n", "")
        #expect(bench.receive(old, from: 0).startLines.last == "SIP/2.0 400 Missing Contact header field")
        let older = old.replacing("branch=z9hG4bKa1", "branch=1").replacing("acall@", "bcall@")
        let invite = try #require(bench.receive(older, from: 0).to(1).first("INVITE"))
        let ok = try #require(
            bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1).to(0).first("SIP/2.0 200"))
        bench.receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKack"), from: 0)
        let bye = Party.calleeRequest("BYE", in: invite, cseq: 1, branch: "z9hG4bKb")
        #expect(bench.receive(bye, from: 1).to(0).first("BYE")?.startLine.contains("+14255550199@192.0.2.1") == true)
    }
}
