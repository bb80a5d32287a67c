import CallControl
import TandemKit
import Testing
import Timing

@Suite struct ProbeTests {
    @Test("F12: a trunk that answers no OPTIONS is down after five, and the first 200 brings it back")
    func downAndUp() {
        let bench = EngineBench(trunks: ["in", "out"])
        var states: [TrunkHealth.State] = []
        bench.engine.observeTrunk = { _, state in states.append(state) }
        bench.engine.startProbing(1, TrunkHealth.Settings(), at: bench.now)
        #expect(bench.drain().startLines == ["OPTIONS sip:192.0.2.2:5060 SIP/2.0"])
        bench.wait(milliseconds: 275_000)
        #expect(states == [.down])
        #expect(bench.receive(Party.invite(), from: 0).last?.startLine.hasPrefix("SIP/2.0 503") == true)
        let probe = bench.wait(milliseconds: 30_000).first("OPTIONS")!
        bench.receive(Party.response(200, to: probe), from: 1)
        #expect(states == [.down, .up])
        #expect(
            bench.receive(Party.invite(branch: "z9hG4bK2", callID: "c2"), from: 0).to(1).first("INVITE") != nil)
    }

    @Test("A new configuration ends the polls of the old one")
    func reload() {
        let bench = EngineBench(trunks: ["in", "out"])
        bench.engine.startProbing(1, TrunkHealth.Settings(), at: bench.now)
        let probe = bench.drain()[0]
        bench.engine.replace(configuration: bench.configuration)
        bench.receive(Party.response(200, to: probe), from: 1)
        #expect(bench.wait(milliseconds: 200_000).isEmpty)
        #expect(bench.engine.trunkHealth.isEmpty)
    }
}
