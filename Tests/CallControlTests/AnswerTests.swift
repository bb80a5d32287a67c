import CallControl
import TandemKit
import Testing

@Suite struct AnswerTests {
    @Test("An answer that is not acknowledged is repeated, then both sides are hung up after 64 · T1")
    func lostACK() {
        let bench = EngineBench()
        let invite = bench.receive(Party.invite(), from: 0).last!
        bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        let first = bench.wait(milliseconds: 31_900)
        #expect(first.startLines == Array(repeating: "SIP/2.0 200 Something", count: 10))
        let end = bench.wait(milliseconds: 200)
        #expect(end.startLines.map { $0.prefix(3) } == ["BYE", "BYE"])
        #expect(Set(end.map(\.listener)) == [0, 1])
        #expect(bench.endedWith?.diagnostic == .timedOutInDialog)
        #expect(bench.engine.counters.lostAcknowledgements == 1)
    }

    @Test("A repeated 200 of the callee is acknowledged again")
    func repeatedAnswer() {
        let bench = EngineBench()
        let call = bench.establish()
        let again = bench.receive(Party.response(200, to: call.invite, body: Party.answer), from: 1)
        #expect(again.startLines == ["ACK sip:bob@192.0.2.2:5060 SIP/2.0"])
    }

    @Test("A delayed offer passes in the 200, its answer in the ACK")
    func delayedOffer() {
        let bench = EngineBench()
        let invite = bench.receive(Party.invite(body: ""), from: 0).last!
        #expect(invite.body.isEmpty)
        let answered = bench.receive(Party.response(200, to: invite, body: Party.offer), from: 1)
        #expect(answered.startLines == ["SIP/2.0 200 Something"])
        #expect(answered[0].body == Party.offer)
        let ack = bench.receive(
            Party.callerRequest("ACK", in: answered[0], cseq: 1, branch: "z9hG4bKa2", body: Party.answer), from: 0)
        #expect(ack.startLines == ["ACK sip:bob@192.0.2.2:5060 SIP/2.0"])
        #expect(ack[0].body == Party.answer)
        #expect(ack[0].field("CSeq") == "1 ACK")
    }

    @Test("A delayed offer whose ACK never comes: ACK and BYE to the callee, BYE to the caller")
    func delayedOfferLost() {
        let bench = EngineBench()
        let invite = bench.receive(Party.invite(body: ""), from: 0).last!
        bench.receive(Party.response(200, to: invite, body: Party.offer), from: 1)
        let sent = bench.wait(milliseconds: 32_100)
        #expect(sent.to(1).startLines.map { $0.prefix(3) } == ["ACK", "BYE"])
        #expect(sent.to(0).first("BYE") != nil)
    }

    @Test("F37: the second 2xx of a fork is acknowledged and hung up, the first call goes on")
    func secondAnswer() {
        let bench = EngineBench()
        let invite = bench.receive(Party.invite(), from: 0).last!
        bench.receive(Party.response(200, to: invite, tag: "one", body: Party.answer), from: 1)
        let second = bench.receive(Party.response(200, to: invite, tag: "two", body: Party.answer), from: 1)
        #expect(second.startLines.map { $0.prefix(3) } == ["ACK", "BYE"])
        #expect(second.allSatisfy { $0.field("To")?.parameter("tag") == "two" })
        #expect(bench.engine.snapshot().map(\.phase) == [.answered])
        // Found by the simulation (seed 60): both forks answer to our one From tag.
        let info = bench.receive(
            Party.calleeRequest("INFO", in: invite, tag: "one", cseq: 1, branch: "z9hG4bKb1"), from: 1)
        #expect(info.to(0).first("INFO") != nil)
    }

    @Test("A callee that answers with ever new tags gets each answer hung up, but no lasting state for each")
    func endlessForks() {
        let bench = EngineBench(limits: CallLimits(earlyDialogs: 3))
        let invite = bench.receive(Party.invite(), from: 0).last!
        for index in 0..<50 {
            let sent = bench.receive(Party.response(200, to: invite, tag: "t\(index)", body: Party.answer), from: 1)
            #expect(sent.to(1).first("ACK") != nil)
        }
        #expect(bench.engine.dialogCount <= 2)
        #expect(bench.engine.counters.refusedEarlyDialogs == 44)
    }

    @Test("A callee that hangs up before the caller's ACK: the BYE to the caller waits for it")
    func byeBeforeACK() {
        let bench = EngineBench()
        let invite = bench.receive(Party.invite(), from: 0).last!
        let ok = bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1).to(0)[0]
        let bye = bench.receive(Party.calleeRequest("BYE", in: invite, cseq: 1, branch: "z9hG4bKb1"), from: 1)
        #expect(bye.startLines == ["SIP/2.0 200 OK"])
        let after = bench.receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKa2"), from: 0)
        #expect(after.startLines == ["BYE sip:ann@192.0.2.1:5060 SIP/2.0"])
        bench.receive(Party.response(200, to: after[0]), from: 0)
        #expect(bench.engine.callCount == 0)
    }

    @Test("Over TCP an unacknowledged answer is repeated all the same")
    func reliable() {
        let bench = EngineBench(transport: .tcp)
        let invite = bench.receive(Party.invite().replacingUDP, from: 0).last!
        bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        #expect(bench.wait(milliseconds: 600).startLines == ["SIP/2.0 200 Something"])
    }
}

extension String {
    /// The same message over TCP.
    var replacingUDP: String {
        guard let range = range(of: "SIP/2.0/UDP") else { return self }
        return self[..<range.lowerBound] + "SIP/2.0/TCP" + self[range.upperBound...]
    }
}
