import CallControl
import SIPTransaction
import TandemKit
import Testing

@Suite struct CallSummaryTests {
    @Test("An answered call that the callee ends is told with its times, trunks and numbers")
    func answered() throws {
        let bench = EngineBench()
        bench.engine.wallClockOffset = 1_700_000_000_000_000_000
        let invite = try #require(bench.receive(Party.invite(), from: 0).last)
        bench.receive(Party.response(180, to: invite), from: 1)
        bench.wait(milliseconds: 2_000)
        let ok = try #require(
            bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1).first("SIP/2.0 200"))
        bench.receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKa2"), from: 0)
        bench.wait(milliseconds: 5_000)
        bench.receive(Party.calleeRequest("BYE", in: invite, cseq: 1, branch: "z9hG4bKb2"), from: 1)
        let call = try #require(bench.summaries.first)
        #expect(bench.summaries.count == 1 && call.endedBy == .callee && call.attempts == 1)
        #expect(call.ingressTrunk == "in" && call.egressTrunk == "out")
        #expect(call.called.text == "0100" && call.calling?.text == "+14255550199")
        let answered = try #require(call.answered)
        #expect(call.began > 1_700_000_000_000_000_000)
        #expect(answered - call.began == 2_000_000_000 && call.ended - answered == 5_000_000_000)
        #expect(call.talkTime == .seconds(5))
    }

    @Test("Who ended a call that nobody has answered: the caller who gave up, the callee who refused, or we")
    func unanswered() throws {
        let refused = EngineBench()
        let invite = try #require(refused.receive(Party.invite(), from: 0).last)
        refused.receive(Party.response(486, to: invite), from: 1)
        #expect(refused.summaries.map(\.endedBy) == [.callee])
        #expect(refused.summaries.first?.answered == nil && refused.summaries.first?.talkTime == nil)

        let cancelled = EngineBench()
        let second = try #require(cancelled.receive(Party.invite(), from: 0).last)
        cancelled.receive(Party.response(180, to: second), from: 1)
        cancelled.receive(CancelTests().cancel, from: 0)
        #expect(cancelled.summaries.map(\.endedBy) == [.caller])

        let silent = EngineBench()
        silent.receive(Party.invite(), from: 0)
        silent.wait(milliseconds: 200_000)
        #expect(silent.summaries.map(\.endedBy) == [.tandem])
    }
}
