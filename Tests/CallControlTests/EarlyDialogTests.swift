import CallControl
import TandemKit
import Testing

/// An adapter that is nothing but its profile.
struct ProfileAdapter: GatewayAdapter {
    let profile: GatewayProfile
    init(settings: NoSettings) { profile = GatewayProfile() }
    init(_ profile: GatewayProfile) { self.profile = profile }
    var hooks: AdapterHooks { [] }

    static func with(_ change: (inout GatewayProfile) -> Void) -> AdapterInstance {
        AdapterInstance.of(ProfileAdapter(GatewayProfile(change)), named: "profile")
    }
}

@Suite struct EarlyDialogTests {
    func tags(_ count: Int, _ bench: EngineBench) -> [String?] {
        let invite = bench.receive(Party.invite(), from: 0).last!
        return (0..<count).flatMap { index in
            bench.receive(Party.response(183, to: invite, tag: "fork\(index)", body: Party.answer), from: 1)
        }.map { $0.field("To")?.parameter("tag") }
    }

    @Test("F37: each fork is an early dialog of its own towards the caller, up to the trunk's limit")
    func forks() {
        let bench = EngineBench(adapters: ["in": ProfileAdapter.with { $0.maxEarlyDialogs = 20 }])
        let seen = tags(25, bench)
        #expect(seen.count == 20)
        #expect(Set(seen).count == 20)
        #expect(bench.engine.counters.refusedEarlyDialogs == 5)
    }

    @Test("F37: a trunk that collapses early dialogs sees one")
    func collapsed() {
        let bench = EngineBench(adapters: ["in": ProfileAdapter.with { $0.collapsesEarlyDialogs = true }])
        let seen = tags(5, bench)
        #expect(seen.count == 5)
        #expect(Set(seen).count == 1)
    }

    @Test("F37: the answer comes in the dialog of the fork that answered")
    func answeringFork() throws {
        let bench = EngineBench()
        let invite = bench.receive(Party.invite(), from: 0).last!
        let first = bench.receive(Party.response(183, to: invite, tag: "one"), from: 1)
        let second = bench.receive(Party.response(183, to: invite, tag: "two"), from: 1)
        let answered = bench.receive(Party.response(200, to: invite, tag: "two", body: Party.answer), from: 1)
        let ok = try #require(answered.to(0).first("SIP/2.0 200"))
        #expect(ok.field("To") == second[0].field("To"))
        #expect(ok.field("To") != first[0].field("To"))
        bench.receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKa2"), from: 0)
        let bye = bench.receive(Party.callerRequest("BYE", in: ok, cseq: 2, branch: "z9hG4bKa3"), from: 0)
        #expect(bye.to(1)[0].field("To")?.parameter("tag") == "two")
    }

    @Test("UPDATE inside an early dialog passes")
    func earlyUpdate() throws {
        let bench = EngineBench()
        let invite = bench.receive(Party.invite(), from: 0).last!
        let ringing = bench.receive(Party.response(183, to: invite, body: Party.answer), from: 1)
        let sent = bench.receive(
            Party.callerRequest("UPDATE", in: ringing[0], cseq: 2, branch: "z9hG4bKa2", body: Party.offer), from: 0)
        #expect(sent.to(1).first("UPDATE") != nil)
    }

    @Test("BYE of the caller inside an early dialog ends the call like CANCEL")
    func earlyBYE() {
        let bench = EngineBench()
        let invite = bench.receive(Party.invite(), from: 0).last!
        let ringing = bench.receive(Party.response(183, to: invite, body: Party.answer), from: 1)
        let sent = bench.receive(Party.callerRequest("BYE", in: ringing[0], cseq: 2, branch: "z9hG4bKa2"), from: 0)
        #expect(sent.to(0).startLines == ["SIP/2.0 200 OK", "SIP/2.0 487 Request Terminated"])
        #expect(sent.to(1).first("CANCEL") != nil)
    }
}
