import TandemKit
import Testing
import Timing

@testable import SIPTransaction

@Suite struct FlowTests {
    let owner = OwnerToken(11, 22)

    @Test("over UDP the answer goes to the port of sent-by, else to 5060 (RFC 3261 18.2.2)")
    func sentByPort() throws {
        #expect(try answerPort(host: "192.0.2.1:5070", from: 40000) == 5070)
        #expect(try answerPort(host: "192.0.2.1", from: 40000) == 5060)
    }

    @Test("with rport, or when so configured, the answer goes to the port it came from (RFC 3581 4)")
    func sourcePort() throws {
        #expect(try answerPort(host: "192.0.2.1:5070;rport", from: 40000) == 40000)
        #expect(try answerPort(host: "192.0.2.1:5070", from: 40000, answersToSourcePort: true) == 40000)
    }

    private func answerPort(host: String, from port: UInt16, answersToSourcePort: Bool = false) throws -> UInt16 {
        let bench = LayerBench(answersToSourcePort: answersToSourcePort)
        let options = LayerBench.request("OPTIONS", host: host)
        let id = try bench.begin(options, on: LayerBench.flow(.udp, port: port))
        #expect(try bench.respond(id, 200, to: options))
        #expect(bench.layer.flow(of: id) == bench.output[0].flow)
        return bench.output[0].flow.remote.port
    }

    @Test("over TCP the answer goes back on the connection")
    func connection() throws {
        let bench = LayerBench()
        let flow = LayerBench.flow(.tcp, connection: 9, port: 40000)
        let options = LayerBench.request("OPTIONS")
        let id = try bench.begin(options, on: flow)
        #expect(try bench.respond(id, 200, to: options))
        #expect(bench.output[0].flow == flow)
    }

    @Test("the loss of a connection fails the requests that wait on it, and no others (RFC 3261 18.4)")
    func lostConnection() throws {
        let bench = LayerBench()
        let flow = LayerBench.flow(.tcp, connection: 3)
        let other = LayerBench.flow(.tcp, connection: 4)
        let invite = try bench.send("INVITE", over: flow)
        let ringing = try bench.send("INVITE", over: flow)
        _ = try bench.receive(LayerBench.response(180, to: bench.drain()[1]))
        let options = try bench.send("OPTIONS", over: flow)
        let answered = try bench.send("OPTIONS", over: flow)
        _ = try bench.receive(LayerBench.response(200, to: bench.drain()[1]))
        let elsewhere = try bench.send("OPTIONS", over: other)
        _ = bench.events()
        bench.layer.transportFailed(on: flow, at: bench.now)
        #expect(
            Set(bench.events()) == [
                .clientTransportFailed(invite, owner: owner), .clientTerminated(invite, owner: owner),
                .clientTransportFailed(options, owner: owner), .clientTerminated(options, owner: owner),
            ])
        #expect(bench.layer.flow(of: ringing) == flow && bench.layer.flow(of: elsewhere) == other)
        #expect(bench.layer.flow(of: answered) == nil)
        bench.layer.transportFailed(on: flow, at: bench.now)
        #expect(bench.events() == [])
    }

    @Test("a message that could not be sent fails its transaction alone")
    func failedSend() throws {
        let bench = LayerBench()
        let first = try bench.send("OPTIONS")
        let second = try bench.send("OPTIONS")
        let record = bench.output[0]
        bench.layer.sendFailed(record.transaction, at: bench.now)
        #expect(
            bench.events() == [
                .clientTransportFailed(first, owner: owner), .clientTerminated(first, owner: owner),
            ])
        #expect(bench.layer.flow(of: second) != nil)
        bench.layer.sendFailed(record.transaction, at: bench.now)
        bench.layer.sendFailed(0, at: bench.now)
        #expect(bench.events() == [])
    }

    @Test("an INVITE whose response could not be sent stays, so that the user can try again (RFC 6026)")
    func failedResponse() throws {
        let bench = LayerBench()
        let invite = LayerBench.request("INVITE")
        let id = try bench.begin(invite)
        #expect(try bench.respond(id, 180, to: invite))
        bench.layer.sendFailed(bench.output[0].transaction, at: bench.now)
        #expect(bench.events() == [.serverTransportFailed(id, owner: .none)])
        #expect(try bench.respond(id, 200, to: invite))
    }

    @Test("an identity that has ended reaches no later transaction")
    func staleIdentity() throws {
        let bench = LayerBench()
        let options = LayerBench.request("OPTIONS")
        let old = try bench.begin(options)
        bench.layer.abandon(old)
        let new = try bench.begin(options)
        #expect(old != new)
        #expect(try !bench.respond(old, 200, to: options))
        #expect(!bench.layer.setOwner(OwnerToken(1), of: old) && bench.layer.owner(of: new) == .none)
        bench.layer.abandon(old)
        #expect(bench.layer.isUnanswered(new))
    }
}
