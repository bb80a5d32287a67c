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
        let mark = try #require(invite.field("Record-Route")).mark
        #expect(mark.count == 13)
        #expect(
            invite.fields("Record-Route") == [
                "<sip:198.51.100.2:5060;lr;t=0.1.\(mark)>", "<sip:198.51.100.1:5060;lr;t=0.1.\(mark)>",
            ])
    }

    @Test(
        "A preloaded Route that names us ends here; what follows it goes on (RFC 3261 §16.4)",
        arguments: [
            "Route: <sip:198.51.100.1;lr>, <sip:x.example;lr>\r\n",
            "Route: <sip:198.51.100.1:5060;lr>\r\nRoute: <sip:x.example;lr>\r\n",
        ])
    func preloadedRoute(routes: String) throws {
        let invite = try #require(bench.receive(Party.invite(extra: routes), from: 0).to(1).first("INVITE"))
        #expect(invite.fields("Route") == ["<sip:x.example;lr>"])
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
        let routes = ok.fields("Record-Route")
        let ack = bench.receive(
            Party.callerRequest(
                "ACK", in: ok, cseq: 1, branch: "z9hG4bKa2", extra: "Route: \(routes[1]), \(routes[0])\r\n"), from: 0)
        #expect(ack.startLines == ["ACK sip:bob@192.0.2.2:5060 SIP/2.0"])
        #expect(ack[0].listener == 1)
        #expect(ack[0].fields("Route") == [])
        let bye = bench.receive(
            Party.request(
                "BYE", uri: "sip:ann@192.0.2.1:5060", branch: "z9hG4bKb1", from: ok.field("To")!,
                to: ok.field("From")!, callID: "acall@192.0.2.1", cseq: 1,
                extra: "Route: \(routes[0])\r\nRoute: \(routes[1])\r\n",
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
        let routes = ok.fields("Record-Route")
        let bye = bench.receive(
            Party.request(
                "BYE", uri: String(routes[1].dropFirst().dropLast()), branch: "z9hG4bKa3", from: ok.field("From")!,
                to: ok.field("To")!, callID: "acall@192.0.2.1", cseq: 2,
                extra: "Route: \(routes[0]), <sip:bob@192.0.2.2:5060>\r\n"), from: 0)
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
        "F87: A request that comes back unchanged gets 482; changed it is a spiral and goes on (RFC 3261 §16.3)"
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
        bench.wait(milliseconds: 1)  // no two have the same branch
        return
            "\(method) sip:victim@203.0.113.9 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bK\(bench.now.nanoseconds)\r\n"
            + "Max-Forwards: 70\r\nRoute: \(routes)\r\nFrom: <sip:x@192.0.2.3>;tag=x\r\nTo: <sip:y@198.51.100.3>;tag=y\r\n"
            + "Call-ID: i\r\nCSeq: 1 \(method)\r\nContent-Length: 0\r\n\r\n"
    }

    /// The Record-Routes of a call from trunk 0 to trunk 1, as the caller has them.
    private func routes(ofCall callID: String) throws -> [String] {
        let invite = Party.invite(branch: "z9hG4bK\(callID)", callID: callID)
        let sent = try #require(bench.receive(invite, from: 0).to(1).first("INVITE"))
        let ok = bench.receive(Party.response(200, to: sent, body: Party.answer), from: 1).to(0)
        return try #require(ok.first("SIP/2.0 200")).fields("Record-Route").reversed()
    }

    private func expectNothing(from listener: Int, along routes: String) {
        for method in ["INVITE", "MESSAGE", "ACK"] {
            let sent = bench.receive(invented(method, routes: routes), from: listener)
            #expect(sent.filter { $0.listener != listener }.isEmpty)
            let expected = method == "ACK" ? [] : ["SIP/2.0 481 Call/Transaction Does Not Exist"]
            #expect(sent.startLines.filter { !$0.hasPrefix("SIP/2.0 100") } == expected)
        }
    }

    @Test(
        "An invented Record-Route of ours leads nowhere, whoever comes with it", arguments: [0, 1, 2],
        [
            "<sip:198.51.100.1:5060;lr;t=0.1>", "<sip:198.51.100.1:5060;t=0.1;lr>",
            "<sip:198.51.100.1:5060;lr;t=0.1.0123456789abc>", "<sip:198.51.100.1:5060;t=0.1.0123456789abc;lr>",
            "<sip:198.51.100.3:5060;lr;t=2.1.0000000000000>, <sip:198.51.100.1;lr;t=0.1.0000000000000>",
        ])
    func inventedRoute(listener: Int, routes: String) {
        expectNothing(from: listener, along: routes)
    }

    @Test("A mark of ours leads only its own dialog, between its own trunks and from them")
    func borrowedRoute() throws {
        // `invented` has the Call-ID i.
        expectNothing(from: 0, along: try routes(ofCall: "other").joined(separator: ", "))
        let own = try routes(ofCall: "i").joined(separator: ", ")
        expectNothing(from: 0, along: own.replacingOccurrences(of: "t=0.1.", with: "t=0.2."))
        expectNothing(from: 0, along: own.replacingOccurrences(of: "t=0.1.", with: "t=1.0."))
        expectNothing(from: 2, along: own)
        #expect(bench.receive(invented("INFO", routes: own), from: 0).to(1).first("INFO") != nil)
    }

    @Test(
        "A peer may put the parameters of our Record-Route in another order, add its own and change their case",
        arguments: [
            "<PLACE;t=MARK;lr>", "<PLACE;t=MARK;x=t;lr=on;ftag=a>", "<PLACE;lr;t=MARK;now>",
            "\"us\" <PLACE;T=MARK;LR>;x=1",
        ])
    func changedRoute(form: String) throws {
        let changed = try routes(ofCall: "i").enumerated().map { index, route in
            let mark = form.contains("T=") ? route.mark.uppercased() : route.mark
            return form.replacing("PLACE", "sip:198.51.100.\(index + 1):5060").replacing("MARK", "0.1.\(mark)")
        }
        let sent = bench.receive(invented("INFO", routes: changed.joined(separator: ", ")), from: 0)
        #expect(try #require(sent.to(1).first("INFO")).fields("Route") == [])
    }

    @Test("Every shard, and the process after a restart, knows the marks of the same key; those of another one nobody")
    func keys() throws {
        let routes = try routes(ofCall: "i").joined(separator: ", ")
        for (key, isKnown) in [((3, 4), true), ((3, 5), false), ((4, 4), false)] as [((UInt64, UInt64), Bool)] {
            let other = EngineBench(mode: .proxy, shard: 5, routeKey: key)
            #expect((other.receive(invented("INFO", routes: routes), from: 0).to(1).first("INFO") != nil) == isKnown)
        }
    }

    @Test("A restart with other trunks in the same places leads nobody to a trunk that took the place of another")
    func renamed() throws {
        let routes = try routes(ofCall: "i").joined(separator: ", ")
        let other = EngineBench(trunks: ["in", "new", "out"], mode: .proxy)
        let sent = other.receive(invented("INFO", routes: routes), from: 0)
        #expect(sent.startLines == ["SIP/2.0 481 Call/Transaction Does Not Exist"])
    }

    @Test("Where no trunk is in proxy mode, no Route makes a proxy of us")
    func inventedRouteThroughB2BUA() throws {
        let routes = try routes(ofCall: "i")  // marked right, by the same trunks when they still were a proxy's
        let bench = EngineBench()
        for method in ["INVITE", "MESSAGE", "ACK"] {
            let sent = bench.receive(invented(method, routes: routes.joined(separator: ", ")), from: 0)
            #expect(sent.filter { $0.listener != 0 }.isEmpty)
        }
    }
}

extension String {
    /// The mark in a Record-Route of ours.
    fileprivate var mark: String { String(dropLast().suffix(13)) }

    /// The text with every `old` replaced.
    fileprivate func replacingOccurrences(of old: String, with new: String) -> String {
        split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }

    /// The text with the first `old` replaced.
    func replacing(_ old: String, _ new: String) -> String {
        guard let range = range(of: old) else { return self }
        return self[..<range.lowerBound] + new + self[range.upperBound...]
    }

    @Test("An OPTIONS that may go no further is answered by the proxy, inside a dialog 483 (RFC 3261 §16.3)")
    func lastHop() {
        let bench = EngineBench(mode: .proxy)
        let options =
            "OPTIONS sip:0100@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;rport;branch=z9hG4bKo\r\nMax-Forwards: 0\r\n"
            + "From: <sip:a@192.0.2.1>;tag=x\r\nTo: <sip:0100@192.0.2.2>\r\nCall-ID: o\r\nCSeq: 1 OPTIONS\r\n"
            + "Content-Length: 0\r\n\r\n"
        let sent = bench.receive(options, from: 0)
        #expect(sent.to(1).isEmpty && sent.startLines == ["SIP/2.0 200 OK"])
    }

    @Test("A request of a dialog that no route of ours leads goes where a new one would")
    func foreignDialog() throws {
        let bench = EngineBench(mode: .proxy)
        let bye = Party.request(
            "BYE", uri: "sip:0100@198.51.100.1", branch: "z9hG4bKf", from: "<sip:a@192.0.2.1>;tag=x",
            to: "<sip:0100@198.51.100.1>;tag=y", callID: "f", cseq: 2)
        let sent = try #require(bench.receive(bye, from: 0).to(1).first("BYE"))
        #expect(sent.field("To")?.hasSuffix(";tag=y") == true)
        #expect(bench.receive(Party.response(481, to: sent), from: 1).to(0).first("SIP/2.0 481") != nil)
    }
}
