import CallControl
import TandemKit
import Testing

@Suite struct UpdateTests {
    let held = Party.offer + "a=sendonly\r\n"

    /// A call whose callee takes these methods.
    private func call(_ bench: EngineBench, _ allow: String) throws -> Established {
        try SessionTimerCallTests.call(bench, callee: "Allow: \(allow)\r\n")
    }

    @Test("An UPDATE that offers reaches a callee that takes UPDATE")
    func passes() throws {
        let bench = EngineBench()
        let call = try call(bench, "INVITE, ACK, BYE, UPDATE")
        let sent = bench.receive(
            Party.callerRequest("UPDATE", in: call.ok, cseq: 2, branch: "z9hG4bKu", body: held), from: 0)
        #expect(sent.startLines == ["UPDATE sip:bob@192.0.2.2:5060 SIP/2.0"])
        let ok = bench.receive(Party.response(200, to: sent[0], body: Party.answer), from: 1)
        #expect(ok.to(0)[0].body == Party.answer)
    }

    @Test("An UPDATE that offers becomes a re-INVITE for a callee without UPDATE, and its 200 the UPDATE's")
    func becomesReinvite() throws {
        let bench = EngineBench()
        let call = try call(bench, "INVITE, ACK, BYE")
        let sent = bench.receive(
            Party.callerRequest("UPDATE", in: call.ok, cseq: 2, branch: "z9hG4bKu", body: held), from: 0)
        #expect(sent.startLines == ["INVITE sip:bob@192.0.2.2:5060 SIP/2.0"])
        #expect(sent[0].body == held && sent[0].field("CSeq") == "2 INVITE" && sent[0].field("Contact") != nil)
        #expect(bench.receive(Party.response(100, to: sent[0], tag: nil), from: 1).isEmpty)
        #expect(bench.receive(Party.response(180, to: sent[0]), from: 1).isEmpty)
        let answered = bench.receive(Party.response(200, to: sent[0], body: Party.answer), from: 1)
        #expect(answered.to(1).startLines == ["ACK sip:bob@192.0.2.2:5060 SIP/2.0"])
        #expect(answered.to(0).startLines == ["SIP/2.0 200 Something"])
        #expect(answered.to(0)[0].field("CSeq") == "2 UPDATE" && answered.to(0)[0].body == Party.answer)
        let again = bench.receive(Party.response(200, to: sent[0], body: Party.answer), from: 1)
        #expect(again.startLines == ["ACK sip:bob@192.0.2.2:5060 SIP/2.0"])
        #expect(bench.wait(milliseconds: 60_000).isEmpty)
        #expect(bench.engine.snapshot().map(\.phase) == [.confirmed])
    }

    @Test(
        "A re-INVITE that stands for an UPDATE is refused: so is the UPDATE, and the call goes on",
        arguments: [488, 491])
    func reinviteRefused(status: Int) throws {
        let bench = EngineBench()
        let call = try call(bench, "INVITE")
        let invite = bench.receive(
            Party.callerRequest("UPDATE", in: call.ok, cseq: 2, branch: "z9hG4bKu", body: held), from: 0)[0]
        let sent = bench.receive(Party.response(status, to: invite), from: 1)
        #expect(sent.to(0).startLines == ["SIP/2.0 \(status) Something"])
        #expect(bench.engine.snapshot().map(\.phase) == [.confirmed])
    }

    @Test("BYE while a re-INVITE stands for an UPDATE leaves nothing")
    func byeMeanwhile() throws {
        let bench = EngineBench()
        let call = try call(bench, "INVITE")
        let invite = bench.receive(
            Party.callerRequest("UPDATE", in: call.ok, cseq: 2, branch: "z9hG4bKu", body: held), from: 0)[0]
        bench.receive(Party.response(100, to: invite, tag: nil), from: 1)
        let sent = bench.receive(Party.callerRequest("BYE", in: call.ok, cseq: 3, branch: "z9hG4bKb"), from: 0)
        #expect(sent.to(0).first("SIP/2.0 487")?.field("CSeq") == "2 UPDATE")
        #expect(sent.to(1).first("CANCEL") != nil)
        bench.receive(Party.response(487, to: invite), from: 1)
        bench.receive(Party.response(200, to: sent.to(1).first("BYE")!), from: 1)
        bench.wait(milliseconds: 70_000)
        #expect(bench.isEmpty)
    }

    @Test("An UPDATE without a description is answered by us where the other side has no UPDATE")
    func answeredByUs() throws {
        let bench = EngineBench()
        let call = try call(bench, "INVITE")
        let sent = bench.receive(Party.callerRequest("UPDATE", in: call.ok, cseq: 2, branch: "z9hG4bKu"), from: 0)
        #expect(sent.startLines == ["SIP/2.0 200 OK"])
    }

    @Test("In an early dialog there is no re-INVITE: 504 where the callee has no UPDATE, else it passes")
    func early() throws {
        for allow in ["INVITE", "INVITE, UPDATE"] {
            let bench = EngineBench()
            let invite = try #require(bench.receive(Party.invite(), from: 0).last)
            let progress = bench.receive(
                Party.response(183, to: invite, body: Party.answer, extra: "Allow: \(allow)\r\n"), from: 1
            ).to(0)[0]
            let sent = bench.receive(
                Party.callerRequest("UPDATE", in: progress, cseq: 2, branch: "z9hG4bKu", body: held), from: 0)
            if allow == "INVITE" {
                #expect(sent.startLines.map { $0.prefix(11) } == ["SIP/2.0 504"])
            } else {
                #expect(sent.startLines == ["UPDATE sip:bob@192.0.2.2:5060 SIP/2.0"])
            }
        }
    }

    @Test("Two UPDATEs with offers that cross: 491; a second one before the first is answered: 500 with Retry-After")
    func glare() throws {
        let bench = EngineBench()
        let call = try call(bench, "INVITE, UPDATE")
        bench.receive(Party.callerRequest("UPDATE", in: call.ok, cseq: 2, branch: "z9hG4bKu", body: held), from: 0)
        let crossing = bench.receive(
            Party.calleeRequest("UPDATE", in: call.invite, cseq: 1, branch: "z9hG4bKv", body: held), from: 1)
        #expect(crossing.startLines == ["SIP/2.0 491 Request Pending"])
        let second = bench.receive(
            Party.callerRequest("UPDATE", in: call.ok, cseq: 3, branch: "z9hG4bKw", body: held), from: 0)
        #expect(second[0].startLine.hasPrefix("SIP/2.0 500") && second[0].field("Retry-After") != nil)
    }
}
