import CallControl
import SIPTransaction
import TandemKit
import Testing

@Suite struct ConnectionTests {
    let bench = EngineBench(transport: .tcp)

    func establish() -> (invite: Sent, ok: Sent) {
        let invite = bench.receive(Party.invite().replacingUDP, from: 0).last!
        let ok = bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1).to(0)[0]
        bench.receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKa2").replacingUDP, from: 0)
        return (invite, ok)
    }

    @Test("Requests inside a dialog go over the caller's connection while it lives, then over any to its Contact")
    func falls() {
        let call = establish()
        let first = bench.receive(
            Party.calleeRequest("INFO", in: call.invite, cseq: 1, branch: "z9hG4bKb1").replacingUDP, from: 1)
        #expect(first.to(0)[0].flow.connection == 7)
        bench.engine.sendFailed(on: bench.flow(0), at: bench.now)
        bench.drain()
        let second = bench.receive(
            Party.calleeRequest("INFO", in: call.invite, cseq: 2, branch: "z9hG4bKb2").replacingUDP, from: 1)
        #expect(second.to(0).first("INFO")?.flow.connection == 0)
    }

    @Test("A BYE that cannot be sent because the connection is gone goes over a new one, once")
    func retriesBYE() throws {
        let call = establish()
        let sent = bench.receive(
            Party.calleeRequest("BYE", in: call.invite, cseq: 1, branch: "z9hG4bKb1").replacingUDP, from: 1)
        #expect(sent.to(0).first("BYE")?.flow.connection == 7)
        bench.engine.sendFailed(on: bench.flow(0), at: bench.now)
        let again = try #require(bench.drain().first("BYE"))
        #expect(again.flow.connection == 0)
        bench.engine.sendFailed(on: again.flow, at: bench.now)
        #expect(bench.drain().isEmpty)
        #expect(bench.engine.callCount == 0)
    }

    @Test("A re-INVITE whose connection broke and that is answered all the same: ACK, and the call ends for both")
    func answeredOverAnother() {
        // Found by the simulation (seed 1514): the answer was taken for a stranger's, and only that side hung up.
        let call = establish()
        let sent = bench.receive(
            Party.calleeRequest(
                "INVITE", in: call.invite, cseq: 1, branch: "z9hG4bKb1", body: Party.offer,
                extra: "Contact: <sip:bob@192.0.2.2:5060;transport=tcp>\r\n"
            ).replacingUDP, from: 1)
        bench.engine.sendFailed(on: bench.flow(0), at: bench.now)
        #expect(bench.drain().to(1).first("SIP/2.0 503") != nil)
        let late = bench.receive(
            Party.response(200, to: sent.to(0).first("INVITE")!, tag: "atag", body: Party.answer), from: 0)
        #expect(late.to(0).startLines.map { $0.prefix(3) } == ["ACK", "BYE"])
        #expect(late.to(1).startLines.map { $0.prefix(3) } == ["BYE"])
    }

    @Test("An INVITE whose connection has just ended goes once more, over a new one; a second end is a failure")
    func sentOnceMore() {
        let bench = EngineBench(transport: .tcp)
        let invite = bench.receive(Party.invite(), from: 0).to(1).last!
        bench.engine.sendFailed(on: invite.flow, mayResend: true, at: bench.now)
        let again = bench.drain()
        #expect(again.to(1).map(\.text) == [invite.text] && again.to(2).isEmpty)
        bench.engine.sendFailed(on: invite.flow, mayResend: true, at: bench.now)
        #expect(bench.drain().to(2).map(\.startLine) == ["INVITE sip:0100@192.0.2.3:5060 SIP/2.0"])
    }

    @Test("An INVITE that was answered provisionally, or whose connection could not be made, is not sent again")
    func notSentOnceMore() {
        let bench = EngineBench(transport: .tcp)
        let invite = bench.receive(Party.invite(), from: 0).to(1).last!
        bench.receive(Party.response(100, to: invite, tag: nil), from: 1)
        bench.engine.sendFailed(on: invite.flow, mayResend: true, at: bench.now)
        #expect(bench.drain().to(1).isEmpty)
        let other = EngineBench(transport: .tcp)
        let refused = other.receive(Party.invite(), from: 0).to(1).last!
        other.engine.sendFailed(on: refused.flow, at: other.now)
        #expect(other.drain().to(1).isEmpty)
    }
}
