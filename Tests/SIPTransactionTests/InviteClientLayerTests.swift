import TandemKit
import Testing
import Timing

@testable import SIPTransaction

@Suite struct InviteClientLayerTests {
    @Test("an unanswered INVITE is sent 7 times over UDP and times out after 64*T1")
    func retransmitsUntilTimerB() throws {
        let bench = LayerBench()
        let id = try bench.send("INVITE")
        #expect(bench.drainLines() == ["INVITE sip:bob@example.com SIP/2.0"])
        let sent = bench.run(.seconds(40)).map(\.milliseconds)
        #expect(sent == [500, 1500, 3500, 7500, 15500, 31500])
        let owner = OwnerToken(11, 22)
        #expect(bench.events() == [.clientTimedOut(id, owner: owner), .clientTerminated(id, owner: owner)])
        #expect(bench.layer.count == 0 && bench.layer.storedByteCount == 0 && bench.layer.nextDeadline == nil)
    }

    @Test("an unanswered INVITE is sent once over TCP and times out after 64*T1")
    func sendsOnceOverTCP() throws {
        let bench = LayerBench()
        _ = try bench.send("INVITE", over: LayerBench.tcp)
        bench.output.removeAll()
        #expect(bench.run(.milliseconds(31_999)).isEmpty && bench.events().isEmpty)
        bench.run(.milliseconds(2))
        #expect(bench.events().count == 2)
    }

    @Test("a failure response is acknowledged hop by hop, again for each retransmission, and told once")
    func acknowledgesFailure() throws {
        let bench = LayerBench()
        let id = try bench.send("INVITE")
        let invite = bench.drain()[0]
        let busy = try LayerBench.response(486, to: invite)
        #expect(try bench.receive(busy) == .response(id, owner: OwnerToken(11, 22)))
        let via = try #require(invite.split(separator: "\r\n").first { $0.hasPrefix("Via:") })
        #expect(
            bench.drain() == [
                """
                ACK sip:bob@example.com SIP/2.0\r
                \(via)\r
                Max-Forwards: 70\r
                From: "Alice" <sip:alice@example.com>;tag=from-1\r
                To: <sip:bob@example.com>;tag=to-1\r
                Call-ID: call-1\r
                CSeq: 1 ACK\r
                Content-Length: 0\r
                \r

                """
            ])
        #expect(try bench.receive(busy) == .absorbed)
        #expect(bench.drainLines() == ["ACK sip:bob@example.com SIP/2.0"])
        bench.run(.seconds(33))
        #expect(bench.layer.count == 0 && bench.layer.storedByteCount == 0)
        #expect(try bench.receive(busy) == .strayResponse)
    }
}
