import CallControl
import TandemKit
import Testing

@Suite struct BasicCallTests {
    @Test("A call is set up, acknowledged and hung up by the caller, and nothing is left")
    func plainCall() throws {
        let bench = EngineBench()
        let first = bench.receive(Party.invite(), from: 0)
        #expect(first.map(\.startLine) == ["SIP/2.0 100 Trying", "INVITE sip:0100@192.0.2.2:5060 SIP/2.0"])
        let invite = first[1]
        #expect(invite.listener == 1)
        #expect(invite.body == Party.offer)

        let ringing = bench.receive(Party.response(180, to: invite), from: 1)
        #expect(ringing.map(\.startLine) == ["SIP/2.0 180 Something"])
        #expect(ringing[0].listener == 0)

        let answered = bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        #expect(answered.map(\.startLine) == ["ACK sip:bob@192.0.2.2:5060 SIP/2.0", "SIP/2.0 200 Something"])
        let ok = answered[1]
        #expect(ok.body == Party.answer)
        #expect(ok.field("To")?.parameter("tag") == ringing[0].field("To")?.parameter("tag"))

        #expect(bench.receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKa2"), from: 0).isEmpty)
        #expect(bench.engine.snapshot().map(\.phase) == [.confirmed])

        let ended = bench.receive(Party.callerRequest("BYE", in: ok, cseq: 2, branch: "z9hG4bKa3"), from: 0)
        #expect(ended.map(\.startLine) == ["SIP/2.0 200 OK", "BYE sip:bob@192.0.2.2:5060 SIP/2.0"])
        bench.receive(Party.response(200, to: ended[1]), from: 1)
        #expect(bench.engine.callCount == 0)
        #expect(bench.wait(milliseconds: 64_000).isEmpty)
        #expect(bench.isEmpty)
    }
}
