import CallControl
import TandemKit
import Testing

@Suite struct InDialogTests {
    let newOffer = Party.offer + "a=sendonly\r\n"

    @Test("A re-INVITE of the caller reaches the callee, its answer the caller, and both are acknowledged")
    func callerReinvite() throws {
        let bench = EngineBench()
        let call = bench.establish()
        let sent = bench.receive(
            Party.callerRequest(
                "INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKa4", body: newOffer,
                extra: "Contact: <sip:ann@192.0.2.1:5066>\r\n"), from: 0)
        let invite = try #require(sent.to(1).first("INVITE"))
        #expect(invite.body == newOffer)
        #expect(invite.field("CSeq") == "2 INVITE")
        #expect(invite.field("Call-ID") == call.invite.field("Call-ID"))
        let answered = bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        #expect(answered.to(1).startLines == ["ACK sip:bob@192.0.2.2:5060 SIP/2.0"])
        let ok = try #require(answered.to(0).first("SIP/2.0 200"))
        #expect(ok.field("CSeq") == "2 INVITE")
        #expect(bench.receive(Party.callerRequest("ACK", in: ok, cseq: 2, branch: "z9hG4bKa5"), from: 0).isEmpty)
        // The new Contact is where our requests go from now on.
        let bye = bench.receive(Party.calleeRequest("BYE", in: call.invite, cseq: 1, branch: "z9hG4bKb1"), from: 1)
        #expect(bye.to(0).startLines == ["BYE sip:ann@192.0.2.1:5066 SIP/2.0"])
    }

    @Test("A re-INVITE of the callee reaches the caller; a delayed offer's answer comes in the ACK")
    func calleeDelayedOffer() throws {
        let bench = EngineBench()
        let call = bench.establish()
        let sent = bench.receive(
            Party.calleeRequest(
                "INVITE", in: call.invite, cseq: 7, branch: "z9hG4bKb1", extra: "Contact: <sip:bob@192.0.2.2>\r\n"),
            from: 1)
        let invite = try #require(sent.to(0).first("INVITE"))
        let answered = bench.receive(Party.response(200, to: invite, tag: "atag", body: Party.offer), from: 0)
        #expect(answered.to(0).isEmpty)
        let ok = try #require(answered.to(1).first("SIP/2.0 200"))
        #expect(ok.body == Party.offer)
        let ack = bench.receive(
            Party.calleeRequest("ACK", in: call.invite, cseq: 7, branch: "z9hG4bKb2", body: Party.answer), from: 1)
        #expect(ack.to(0).startLines.map { $0.prefix(3) } == ["ACK"])
        #expect(ack.to(0)[0].body == Party.answer)
    }

    @Test("A refused re-INVITE leaves the call and its targets as they were")
    func refused() throws {
        let bench = EngineBench()
        let call = bench.establish()
        let sent = bench.receive(
            Party.callerRequest("INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKa4", body: newOffer), from: 0)
        let refused = bench.receive(
            Party.response(488, to: sent.to(1)[0], extra: "Contact: <sip:evil@192.0.2.66>\r\n"), from: 1)
        #expect(refused.to(0).startLines == ["SIP/2.0 488 Something"])
        #expect(refused.to(1).startLines.map { $0.prefix(3) } == ["ACK"])
        #expect(bench.engine.snapshot().map(\.phase) == [.confirmed])
        let info = bench.receive(Party.callerRequest("INFO", in: call.ok, cseq: 3, branch: "z9hG4bKa6"), from: 0)
        #expect(info.to(1).startLines == ["INFO sip:bob@192.0.2.2:5060 SIP/2.0"])
    }

    @Test("Glare: two re-INVITEs that cross each get 491 (RFC 3261 §14.2)")
    func glare() throws {
        let bench = EngineBench()
        let call = bench.establish()
        let sent = bench.receive(
            Party.callerRequest("INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKa4", body: newOffer), from: 0)
        let crossing = bench.receive(
            Party.calleeRequest("INVITE", in: call.invite, cseq: 1, branch: "z9hG4bKb1", body: newOffer), from: 1)
        #expect(crossing.last?.startLine == "SIP/2.0 491 Request Pending")
        let back = bench.receive(Party.response(491, to: sent.to(1)[0]), from: 1)
        #expect(back.to(0).startLines == ["SIP/2.0 491 Something"])
        #expect(bench.engine.snapshot().map(\.phase) == [.confirmed])
    }

    @Test("A second re-INVITE of the same side before the first is answered: 500 with Retry-After")
    func overlapping() {
        let bench = EngineBench()
        let call = bench.establish()
        bench.receive(Party.callerRequest("INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKa4", body: newOffer), from: 0)
        let second = bench.receive(
            Party.callerRequest("INVITE", in: call.ok, cseq: 3, branch: "z9hG4bKa5", body: newOffer), from: 0)
        #expect(second.last?.startLine.hasPrefix("SIP/2.0 500") == true)
        #expect(second.last?.field("Retry-After").flatMap { Int($0) }.map { (0...10).contains($0) } == true)
    }

    @Test("A cancelled re-INVITE: CANCEL goes on, and the final response decides")
    func cancelledReinvite() throws {
        let bench = EngineBench()
        let call = bench.establish()
        let sent = bench.receive(
            Party.callerRequest("INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKa4", body: newOffer), from: 0)
        bench.receive(Party.response(100, to: sent.to(1)[0], tag: nil), from: 1)
        let cancel = bench.receive(Party.callerRequest("CANCEL", in: call.ok, cseq: 2, branch: "z9hG4bKa4"), from: 0)
        #expect(cancel.to(0).startLines == ["SIP/2.0 200 OK"])
        #expect(cancel.to(1).startLines.map { $0.prefix(6) } == ["CANCEL"])
        let end = bench.receive(Party.response(487, to: sent.to(1)[0]), from: 1)
        #expect(end.to(0).startLines == ["SIP/2.0 487 Something"])
        #expect(bench.engine.snapshot().map(\.phase) == [.confirmed])
    }

    @Test(
        "UPDATE, INFO, OPTIONS and MESSAGE pass in both directions",
        arguments: ["UPDATE", "INFO", "OPTIONS", "MESSAGE"])
    func passing(method: String) throws {
        let bench = EngineBench()
        let call = bench.establish()
        let sent = bench.receive(
            Party.callerRequest(method, in: call.ok, cseq: 2, branch: "z9hG4bKa4", body: "x", extra: "X-Thing: 7\r\n"),
            from: 0)
        #expect(sent.startLines == ["\(method) sip:bob@192.0.2.2:5060 SIP/2.0"])
        #expect(sent[0].body == "x")
        #expect(sent[0].field("X-Thing") == "7")
        let back = bench.receive(Party.response(200, to: sent[0], body: "y"), from: 1)
        #expect(back.to(0).startLines == ["SIP/2.0 200 Something"])
        #expect(back[0].body == "y")
        let other = bench.receive(Party.calleeRequest(method, in: call.invite, cseq: 1, branch: "z9hG4bKb1"), from: 1)
        #expect(other.startLines == ["\(method) sip:ann@192.0.2.1:5060 SIP/2.0"])
    }

    @Test(
        "A method that is not relayed gets 405 with Allow", arguments: ["REFER", "REGISTER", "FOO"])
    func notRelayed(method: String) {
        let bench = EngineBench()
        let call = bench.establish()
        let sent = bench.receive(Party.callerRequest(method, in: call.ok, cseq: 2, branch: "z9hG4bKa4"), from: 0)
        #expect(sent.startLines == ["SIP/2.0 405 Method Not Allowed"])
        #expect(sent[0].field("Allow")?.contains("INVITE") == true)
    }

    @Test("BYE of the callee ends both sides; its Reason goes on")
    func calleeBYE() {
        let bench = EngineBench()
        let call = bench.establish()
        let sent = bench.receive(
            Party.calleeRequest(
                "BYE", in: call.invite, cseq: 1, branch: "z9hG4bKb1", extra: "Reason: Q.850;cause=16\r\n"), from: 1)
        #expect(sent.startLines == ["SIP/2.0 200 OK", "BYE sip:ann@192.0.2.1:5060 SIP/2.0"])
        #expect(sent[1].field("Reason") == "Q.850;cause=16")
        #expect(sent[1].field("From") == call.ok.field("To"))
        bench.receive(Party.response(200, to: sent[1], tag: "atag"), from: 0)
        #expect(bench.engine.callCount == 0)
    }

    @Test("BYE that crosses BYE: both get 200, and nothing is left")
    func crossingBYE() {
        let bench = EngineBench()
        let call = bench.establish()
        let first = bench.receive(Party.callerRequest("BYE", in: call.ok, cseq: 2, branch: "z9hG4bKa4"), from: 0)
        let second = bench.receive(Party.calleeRequest("BYE", in: call.invite, cseq: 1, branch: "z9hG4bKb1"), from: 1)
        #expect(second.startLines == ["SIP/2.0 200 OK"])
        bench.receive(Party.response(200, to: first.to(1)[0]), from: 1)
        #expect(bench.engine.callCount == 0)
        bench.wait(milliseconds: 64_000)
        #expect(bench.isEmpty)
    }

    @Test("BYE while a re-INVITE is under way: it gets 487, and nothing is left")
    func byeDuringReinvite() {
        let bench = EngineBench()
        let call = bench.establish()
        let sent = bench.receive(
            Party.callerRequest("INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKa4", body: newOffer), from: 0)
        bench.receive(Party.response(100, to: sent.to(1)[0], tag: nil), from: 1)
        let bye = bench.receive(Party.callerRequest("BYE", in: call.ok, cseq: 3, branch: "z9hG4bKa5"), from: 0)
        #expect(bye.to(0).startLines == ["SIP/2.0 200 OK", "SIP/2.0 487 Request Terminated"])
        #expect(bye.to(1).startLines.map { $0.prefix(6) } == ["CANCEL", "BYE si"])
        bench.wait(milliseconds: 200_000)
        #expect(bench.isEmpty)
    }

    @Test("A 2xx to a re-INVITE that crosses BYE is acknowledged")
    func answerCrossesBYE() {
        let bench = EngineBench()
        let call = bench.establish()
        let sent = bench.receive(
            Party.callerRequest("INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKa4", body: newOffer), from: 0)
        bench.receive(Party.callerRequest("BYE", in: call.ok, cseq: 3, branch: "z9hG4bKa5"), from: 0)
        let late = bench.receive(Party.response(200, to: sent.to(1)[0], body: Party.answer), from: 1)
        #expect(late.startLines.map { $0.prefix(3) } == ["ACK"])
    }

    @Test("A 2xx to a re-INVITE of a call that has ended and is forgotten is acknowledged, and no second BYE sent")
    func answerAfterEnd() {
        let bench = EngineBench()
        let call = bench.establish()
        let sent = bench.receive(
            Party.callerRequest("INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKa4", body: newOffer), from: 0)
        bench.receive(Party.response(100, to: sent.to(1)[0], tag: nil), from: 1)
        let bye = bench.receive(Party.callerRequest("BYE", in: call.ok, cseq: 3, branch: "z9hG4bKa5"), from: 0)
        bench.receive(Party.response(200, to: bye.to(1).first("BYE")!), from: 1)
        #expect(bench.engine.callCount == 0)
        let late = bench.receive(Party.response(200, to: sent.to(1)[0], body: Party.answer), from: 1)
        #expect(late.startLines.map { $0.prefix(3) } == ["ACK"])
    }

    @Test("A 2xx to a re-INVITE long after its call is hung up with a CSeq behind all that the dialog had")
    func strayAfterEnd() {
        let bench = EngineBench()
        let call = bench.establish()
        let sent = bench.receive(
            Party.callerRequest("INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKa4", body: newOffer), from: 0)
        bench.receive(Party.response(100, to: sent.to(1)[0], tag: nil), from: 1)
        bench.receive(Party.callerRequest("BYE", in: call.ok, cseq: 3, branch: "z9hG4bKa5"), from: 0)
        bench.wait(milliseconds: 200_000)
        #expect(bench.isEmpty)
        let late = bench.receive(Party.response(200, to: sent.to(1)[0], body: Party.answer), from: 1)
        #expect(late.startLines.map { $0.prefix(3) } == ["ACK", "BYE"])
        #expect(late.last?.field("CSeq").flatMap { Int($0.prefix { $0 != " " }) } ?? 0 > 3)
    }

    @Test("A request inside a dialog from a foreign trunk gets 481")
    func foreignTrunk() {
        let bench = EngineBench()
        let call = bench.establish()
        let sent = bench.receive(Party.callerRequest("BYE", in: call.ok, cseq: 2, branch: "z9hG4bKx"), from: 2)
        #expect(sent[0].startLine.hasPrefix("SIP/2.0 481"))
        #expect(bench.engine.callCount == 1)
        #expect(bench.engine.counters.unknownDialogs == 1)
    }

    @Test("A request with a CSeq below the last gets 500")
    func outOfOrder() {
        let bench = EngineBench()
        let call = bench.establish()
        bench.receive(Party.callerRequest("INFO", in: call.ok, cseq: 9, branch: "z9hG4bKa4"), from: 0)
        let sent = bench.receive(Party.callerRequest("INFO", in: call.ok, cseq: 8, branch: "z9hG4bKa5"), from: 0)
        #expect(sent[0].startLine.hasPrefix("SIP/2.0 500"))
    }

    @Test("A request inside an unknown dialog gets 481")
    func unknownDialog() {
        let bench = EngineBench()
        let sent = bench.receive(Party.invite(to: "<sip:0100@198.51.100.1>;tag=nobody"), from: 0)
        #expect(sent.last?.startLine.hasPrefix("SIP/2.0 481") == true)
    }

    @Test("481 of one side to a re-INVITE ends the call for the other (RFC 3261 §12.2.1.2)")
    func peerHasForgotten() {
        let bench = EngineBench()
        let call = bench.establish()
        let sent = bench.receive(
            Party.callerRequest("INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKa4", body: newOffer), from: 0)
        let end = bench.receive(Party.response(481, to: sent.to(1)[0]), from: 1)
        #expect(end.to(0).startLines.map { $0.prefix(11) } == ["SIP/2.0 481", "BYE sip:ann"])
    }

    @Test("More requests under way than the limit: 503 with Retry-After, counted")
    func tooMany() {
        let bench = EngineBench(limits: CallLimits(exchanges: 2))
        let call = bench.establish()
        for cseq in 2...3 {
            bench.receive(Party.callerRequest("INFO", in: call.ok, cseq: cseq, branch: "z9hG4bKi\(cseq)"), from: 0)
        }
        let sent = bench.receive(Party.callerRequest("INFO", in: call.ok, cseq: 4, branch: "z9hG4bKi4"), from: 0)
        #expect(sent[0].startLine.hasPrefix("SIP/2.0 503"))
        #expect(sent[0].field("Retry-After") == "5")
        #expect(bench.engine.counters.refusedExchanges == 1)
    }
}
