import CallControl
import TandemKit
import Testing
import Timing

@Suite("Trunks with other plugins")
struct TrunkExchangeTests {
    /// An engine whose outbound trunks have an adapter of this name.
    private func bench(_ adapter: String, missing: [String: String] = [:]) -> EngineBench {
        let instance = AdapterInstance.of(NotingAdapter(adapter), named: adapter)
        return EngineBench(adapters: ["out": instance, "out2": instance], missing: missing)
    }

    @Test("A call that fails over after the exchange does so with the adapters that it began with")
    func failover() throws {
        let bench = bench("1")
        let first = try #require(bench.receive(Party.invite(), from: 0).to(1).first("INVITE"))
        bench.engine.exchange(trunks: self.bench("2").configuration.trunks)
        let second = try #require(bench.receive(Party.response(503, to: first), from: 1).to(2).first("INVITE"))
        #expect(second.field("X-Trail")?.hasPrefix("1.egress out2") == true)
        let next = bench.receive(Party.invite(branch: "z9hG4bK2", callID: "c2"), from: 0).to(1).first("INVITE")
        #expect(next?.field("X-Trail")?.hasPrefix("2.egress out") == true)
    }

    @Test("A call's hooks run in the generation that it began with to its end, and each generation's calls are counted")
    func counts() throws {
        let bench = bench("1")
        let call = bench.establish()
        bench.engine.exchange(trunks: self.bench("2").configuration.trunks)
        bench.receive(Party.invite(branch: "z9hG4bK2", callID: "c2"), from: 0)
        #expect(bench.engine.callsByGeneration == [1: 1, 2: 1])
        let sent = bench.receive(Party.callerRequest("BYE", in: call.ok, cseq: 2, branch: "z9hG4bKbye"), from: 0)
        #expect(sent.to(1).first("BYE")?.field("X-Trail")?.hasPrefix("1.egress out") == true)
    }

    /// What a call keeps.
    private final class Token {}

    @Test("An ended call lets go of its plugins, though its story is told", arguments: [SignallingMode.b2bua, .proxy])
    func released(mode: SignallingMode) throws {
        let bench = mode == .proxy ? EngineBench(mode: .proxy) : bench("1")
        var token: Token? = Token()
        weak let kept = token
        bench.engine.companion = token
        let invite = try #require(bench.receive(Party.invite(), from: 0).to(1).first("INVITE"))
        token = nil
        bench.engine.companion = nil
        #expect(kept != nil)
        bench.receive(Party.response(486, to: invite), from: 1)
        #expect(bench.engine.callCount == 0 && bench.engine.endedStories.count == 1)
        #expect(kept == nil)
    }

    @Test("A call that was hung up lets go of its plugins, too")
    func hungUp() throws {
        let bench = bench("1")
        var token: Token? = Token()
        weak let kept = token
        bench.engine.companion = token
        let call = bench.establish()
        token = nil
        bench.engine.companion = nil
        #expect(kept != nil)
        let sent = bench.receive(Party.callerRequest("BYE", in: call.ok, cseq: 2, branch: "z9hG4bKbye"), from: 0)
        bench.receive(Party.response(200, to: try #require(sent.to(1).first("BYE"))), from: 1)
        #expect(bench.engine.endedStories.first?.snapshot.callID == "acall@192.0.2.1")
        #expect(kept == nil)
    }

    @Test("A trunk that is down stays so, and its poll goes on in the same rhythm")
    func polls() throws {
        let bench = bench("1")
        bench.engine.startProbing(1, TrunkHealth.Settings(), at: bench.now)
        bench.drain()
        bench.wait(milliseconds: 58_000)
        #expect(bench.engine.trunkHealth[0].health.state == .down)
        bench.engine.exchange(trunks: self.bench("2").configuration.trunks)
        #expect(bench.receive(Party.invite(), from: 0).to(1).isEmpty)
        let probe = try #require(bench.wait(milliseconds: 60_000).last { $0.startLine.hasPrefix("OPTIONS") })
        #expect(probe.field("X-Trail")?.hasPrefix("2.egress out") == true)
        bench.receive(Party.response(200, to: probe), from: 1)
        #expect(bench.engine.trunkHealth[0].health.state == .up)
        #expect(bench.receive(Party.invite(branch: "z9hG4bK2", callID: "c2"), from: 0).to(1).first("INVITE") != nil)
    }

    @Test("A trunk whose plugin is gone is passed over; a call from one gets 503 with a code of its own")
    func missing() throws {
        let bench = bench("1")
        bench.engine.exchange(trunks: self.bench("1", missing: ["out": "Acme"]).configuration.trunks)
        let sent = bench.receive(Party.invite(), from: 0)
        #expect(sent.to(1).isEmpty && sent.to(2).first("INVITE") != nil)
        bench.engine.exchange(trunks: self.bench("1", missing: ["in": "Acme"]).configuration.trunks)
        let refused = bench.receive(Party.invite(branch: "z9hG4bK2", callID: "c2"), from: 0).first("SIP/2.0 503")
        #expect(refused?.field("Reason")?.contains("13002") == true, "\(String(describing: refused))")
        #expect(bench.endedWith?.diagnostic == .pluginGone)
        #expect(bench.endedWith?.detail.contains("in lacks the plugin Acme") == true)
    }
}
