import CallControl
import SIPTransaction
import TandemKit
import Testing

@Suite struct CancelTests {
    let cancel = Party.request(
        "CANCEL", uri: "sip:0100@198.51.100.1", branch: "z9hG4bKa1",
        from: "\"Ann\" <sip:+14255550199@192.0.2.1>;tag=atag",
        to: "<sip:0100@198.51.100.1>", callID: "acall@192.0.2.1", cseq: 1)

    @Test("CANCEL of a ringing call gets 200, the INVITE 487, and the callee a CANCEL")
    func ringing() {
        let bench = EngineBench()
        let invite = bench.receive(Party.invite(), from: 0).last!
        bench.receive(Party.response(180, to: invite), from: 1)
        let sent = bench.receive(cancel, from: 0)
        #expect(sent.to(0).startLines == ["SIP/2.0 200 OK", "SIP/2.0 487 Request Terminated"])
        #expect(sent.to(1).startLines == ["CANCEL sip:0100@192.0.2.2:5060 SIP/2.0"])
        bench.receive(Party.response(200, to: sent.to(1)[0]), from: 1)
        let acked = bench.receive(Party.response(487, to: invite), from: 1)
        #expect(acked.startLines == ["ACK sip:0100@192.0.2.2:5060 SIP/2.0"])
        #expect(bench.engine.callCount == 0)
        #expect(bench.endedWith?.diagnostic == .callerCancelled)
        bench.receive(
            Party.request(
                "ACK", uri: "sip:0100@198.51.100.1", branch: "z9hG4bKa1", from: sent.to(0)[1].field("From")!,
                to: sent.to(0)[1].field("To")!, callID: "acall@192.0.2.1", cseq: 1), from: 0)
        #expect(bench.wait(milliseconds: 64_000).isEmpty)
        #expect(bench.isEmpty)
    }

    @Test("The CANCEL to the callee waits for its first provisional response")
    func deferred() {
        let bench = EngineBench()
        let invite = bench.receive(Party.invite(), from: 0).last!
        #expect(bench.receive(cancel, from: 0).to(1).isEmpty)
        #expect(bench.receive(Party.response(100, to: invite, tag: nil), from: 1).first("CANCEL") != nil)
    }

    @Test("A 200 that crosses the CANCEL is acknowledged and hung up")
    func crossing() {
        let bench = EngineBench()
        let invite = bench.receive(Party.invite(), from: 0).last!
        bench.receive(Party.response(180, to: invite), from: 1)
        bench.receive(cancel, from: 0)
        let sent = bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        #expect(sent.startLines == ["ACK sip:bob@192.0.2.2:5060 SIP/2.0", "BYE sip:bob@192.0.2.2:5060 SIP/2.0"])
        let again = bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        #expect(again.startLines == ["ACK sip:bob@192.0.2.2:5060 SIP/2.0"])
        bench.receive(Party.response(200, to: sent[1]), from: 1)
        #expect(bench.engine.callCount == 0)
        #expect(bench.engine.counters.lateAnswers == 1)
    }

    @Test("A 200 that comes after everything was forgotten is still acknowledged and hung up")
    func orphan() {
        let bench = EngineBench()
        let invite = bench.receive(Party.invite(), from: 0).last!
        bench.receive(Party.response(180, to: invite, tag: "one"), from: 1)
        let answered = bench.receive(Party.response(200, to: invite, tag: "one", body: Party.answer), from: 1)
        let ok = answered.to(0)[0]
        bench.receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKa2"), from: 0)
        let ended = bench.receive(Party.callerRequest("BYE", in: ok, cseq: 2, branch: "z9hG4bKa3"), from: 0)
        bench.receive(Party.response(200, to: ended.to(1)[0]), from: 1)
        #expect(bench.engine.callCount == 0)
        let late = bench.receive(Party.response(200, to: invite, tag: "two", body: Party.answer), from: 1)
        #expect(late.startLines == ["ACK sip:bob@192.0.2.2:5060 SIP/2.0", "BYE sip:bob@192.0.2.2:5060 SIP/2.0"])
        #expect(late[1].field("To")?.parameter("tag") == "two")
    }

    @Test("A 200 long after CANCEL and the end of its transaction is acknowledged and hung up")
    func stray() {
        // Found by the simulation (seed 11): the callee had answered the CANCEL and still took the call.
        let bench = EngineBench()
        let invite = bench.receive(Party.invite(), from: 0).last!
        bench.receive(Party.response(180, to: invite), from: 1)
        bench.receive(cancel, from: 0)
        bench.wait(milliseconds: 120_000)
        #expect(bench.isEmpty)
        let late = bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        #expect(late.startLines == ["ACK sip:bob@192.0.2.2:5060 SIP/2.0", "BYE sip:bob@192.0.2.2:5060 SIP/2.0"])
    }

    @Test("CANCEL after the answer changes nothing")
    func tooLate() {
        let bench = EngineBench()
        let invite = bench.receive(Party.invite(), from: 0).last!
        bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        #expect(bench.receive(cancel, from: 0).startLines == ["SIP/2.0 200 OK"])
        #expect(bench.engine.snapshot().map(\.phase) == [.answered])
    }

    @Test("CANCEL for an unknown request gets 481")
    func unknown() {
        #expect(EngineBench().receive(cancel, from: 0)[0].startLine.hasPrefix("SIP/2.0 481"))
    }

    @Test("CANCEL from a foreign trunk gets 481 and cancels nothing", arguments: [false, true])
    func foreignTrunk(isProxy: Bool) {
        let bench = EngineBench(mode: isProxy ? .proxy : .b2bua)
        let invite = bench.receive(Party.invite(), from: 0).last!
        bench.receive(Party.response(180, to: invite), from: 1)
        let sent = bench.receive(cancel, from: 2)
        #expect(sent.count == 1 && sent[0].startLine.hasPrefix("SIP/2.0 481"))
        #expect(sent[0].listener == 2)
        #expect(bench.engine.counters.unknownDialogs == 1)
        #expect(bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1).to(0).count == 1)
    }

    @Test("A 200 that nobody asked for sends nothing to an address that is no trunk's")
    func strayNamesStranger() {
        let bench = EngineBench()
        let invite = bench.receive(Party.invite(), from: 0).last!
        bench.receive(Party.response(180, to: invite), from: 1)
        bench.receive(cancel, from: 0)
        bench.wait(milliseconds: 120_000)
        let stray = Party.response(200, to: invite, body: Party.answer, contact: "sip:bob@203.0.113.9:5060")
        let sent = bench.receive(stray, from: 1)
        #expect(sent.startLines == ["ACK sip:bob@203.0.113.9:5060 SIP/2.0", "BYE sip:bob@203.0.113.9:5060 SIP/2.0"])
        #expect(sent.allSatisfy { $0.flow.remote == bench.flow(1).remote })
    }
}
