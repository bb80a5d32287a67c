import TandemKit
import Testing
import Timing

@testable import SIPTransaction

@Suite struct NonInviteLayerTests {
    static let options = LayerBench.request("OPTIONS")

    @Test("the final response goes out again for each retransmission until timer J")
    func absorbs() throws {
        let bench = LayerBench()
        let id = try bench.begin(Self.options)
        #expect(try bench.receive(Self.options) == .absorbed)
        #expect(bench.drain() == [])
        #expect(try bench.respond(id, 200, to: Self.options))
        let first = bench.drain()
        #expect(try bench.receive(Self.options) == .absorbed)
        #expect(bench.drain() == first)
        bench.run(.milliseconds(31_999))
        #expect(try bench.receive(Self.options) == .absorbed)
        bench.run(.milliseconds(2))
        #expect(bench.layer.count == 0 && bench.layer.storedByteCount == 0)
        _ = try bench.begin(Self.options)
    }

    @Test("over TCP the transaction ends with its final response")
    func overTCP() throws {
        let bench = LayerBench()
        let id = try bench.begin(Self.options, on: LayerBench.tcp)
        #expect(try bench.respond(id, 200, to: Self.options))
        #expect(bench.events() == [.serverTerminated(id, owner: .none)])
        #expect(bench.layer.count == 0 && bench.layer.nextDeadline == nil)
    }

    @Test("an unanswered request gets 100 Trying after 3.5 s and is dropped after 64*T1 (RFC 4320)")
    func expires() throws {
        let bench = LayerBench()
        let id = try bench.begin(Self.options)
        #expect(bench.run(.seconds(31)) == [Sent(3500, "SIP/2.0 100 Trying")])
        #expect(bench.layer.count == 1)
        #expect(bench.run(.seconds(2)) == [])
        #expect(bench.events() == [.serverTerminated(id, owner: .none)])
        #expect(try !bench.respond(id, 200, to: Self.options))
    }

    @Test("a 408 to a non-INVITE request is never sent (RFC 4320 4.2)")
    func noTimeoutResponse() throws {
        let bench = LayerBench()
        let id = try bench.begin(Self.options)
        #expect(try !bench.respond(id, 408, to: Self.options))
        #expect(bench.drain() == [])
    }

    @Test("an unanswered request of ours goes out at T1, doubled up to T2, until timer F")
    func clientRetransmits() throws {
        let bench = LayerBench()
        let id = try bench.send("OPTIONS")
        bench.output.removeAll()
        let sent = bench.run(.seconds(40)).map(\.milliseconds)
        #expect(sent == [500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500])
        let owner = OwnerToken(11, 22)
        #expect(bench.events() == [.clientTimedOut(id, owner: owner), .clientTerminated(id, owner: owner)])
    }

    @Test("a provisional response slows the retransmission of our request to T2")
    func clientSlowsDown() throws {
        let bench = LayerBench()
        let id = try bench.send("OPTIONS")
        let request = bench.drain()[0]
        #expect(try bench.receive(LayerBench.response(100, to: request)) == .response(id, owner: OwnerToken(11, 22)))
        #expect(bench.run(.seconds(10)).map(\.milliseconds) == [500, 4500, 8500])
    }

    @Test("a final response is told once, and its retransmissions are absorbed until timer K")
    func clientCompletes() throws {
        let bench = LayerBench()
        let id = try bench.send("OPTIONS")
        let response = try LayerBench.response(200, to: bench.drain()[0])
        #expect(try bench.receive(response) == .response(id, owner: OwnerToken(11, 22)))
        #expect(try bench.receive(response) == .absorbed)
        bench.run(.milliseconds(5001))
        #expect(try bench.receive(response) == .strayResponse)
        #expect(bench.layer.count == 0 && bench.layer.storedByteCount == 0)
    }
}
