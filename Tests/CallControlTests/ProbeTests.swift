import CallControl
import TandemKit
import Testing
import Timing

@Suite struct ProbeTests {
    /// An engine whose trunk 1 is down because nobody answers there, and what it has told of trunk 1.
    private func bench(with call: (EngineBench) -> Void = { _ in }) -> (EngineBench, () -> [TrunkHealth.State]) {
        let bench = EngineBench(trunks: ["in", "out"])
        var states: [TrunkHealth.State] = []
        bench.engine.observeTrunk = { _, state in states.append(state) }
        call(bench)
        bench.engine.startProbing(1, TrunkHealth.Settings(), at: bench.now)
        #expect(bench.drain().startLines == ["OPTIONS sip:192.0.2.2:5060 SIP/2.0"])
        bench.wait(milliseconds: 56_000)
        #expect(states == [])
        bench.wait(milliseconds: 2_000)
        #expect(states == [.down])
        return (bench, { states })
    }

    @Test("F12: a trunk that answers no OPTIONS is down within a minute, and the first 200 brings it back")
    func downAndUp() {
        let (bench, states) = bench()
        #expect(bench.receive(Party.invite(), from: 0).last?.startLine.hasPrefix("SIP/2.0 503") == true)
        let probe = bench.wait(milliseconds: 60_000).last { $0.startLine.hasPrefix("OPTIONS") }!
        bench.receive(Party.response(200, to: probe), from: 1)
        #expect(states() == [.down, .up])
        #expect(
            bench.receive(Party.invite(branch: "z9hG4bK2", callID: "c2"), from: 0).to(1).first("INVITE") != nil)
    }

    @Test("F12: an unanswered OPTIONS counts once, however late its transaction ends")
    func supersededProbes() {
        let (bench, states) = bench()
        let probe = bench.wait(milliseconds: 60_000).last { $0.startLine.hasPrefix("OPTIONS") }!
        bench.receive(Party.response(200, to: probe), from: 1)
        #expect(bench.engine.trunkHealth[0].health.missed == 0)
        bench.wait(milliseconds: 32_000)  // those sent before it end
        #expect(bench.engine.trunkHealth[0].health.missed == 0 && states() == [.down, .up])
    }

    @Test(
        "F12: a response to a call brings a trunk back that was down, but not 503",
        arguments: [(180, [.down, .up]), (486, [.down, .up]), (503, [.down])] as [(Int, [TrunkHealth.State])])
    func heard(status: Int, expected: [TrunkHealth.State]) throws {
        var invite: Sent?
        let (bench, states) = bench { bench in
            invite = bench.receive(Party.invite(), from: 0).to(1).first("INVITE")
            bench.receive(Party.response(180, to: invite!), from: 1)
        }
        bench.receive(Party.response(status, to: try #require(invite)), from: 1)
        #expect(states() == expected)
        let isUp = expected.last == .up
        #expect(bench.engine.trunkHealth[0].health.state == (isUp ? .up : .down))
        let next = bench.receive(Party.invite(branch: "z9hG4bK2", callID: "c2"), from: 0)
        #expect((next.to(1).first("INVITE") != nil) == isUp)
    }

    @Test("F12: a response to a proxied call brings its trunk back, also on an engine that asks nobody")
    func heardByProxy() throws {
        let bench = EngineBench(trunks: ["in", "out"], mode: .proxy)
        var states: [TrunkHealth.State] = []
        bench.engine.observeTrunk = { _, state in states.append(state) }
        let invite = try #require(bench.receive(Party.invite(), from: 0).to(1).first("INVITE"))
        bench.engine.setAvailable(false, trunk: 1)
        bench.receive(Party.response(180, to: invite), from: 1)
        bench.receive(Party.response(180, to: invite), from: 1)
        #expect(states == [.up])
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
