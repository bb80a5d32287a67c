import CallControl
import TandemKit
import Testing
import Timing

@Suite struct FailoverTests {
    @Test("F17: 5xx moves on to the next trunk", arguments: [500, 502, 503, 504])
    func serverFailure(status: Int) {
        let bench = EngineBench()
        let invite = bench.receive(Party.invite(), from: 0).last!
        let sent = bench.receive(Party.response(status, to: invite), from: 1)
        #expect(sent.to(1).startLines == ["ACK sip:0100@192.0.2.2:5060 SIP/2.0"])
        #expect(sent.to(2).startLines == ["INVITE sip:0100@192.0.2.3:5060 SIP/2.0"])
        #expect(sent.to(0).isEmpty)
        #expect(sent.to(2)[0].field("Call-ID") != invite.field("Call-ID"))
    }

    @Test("F17: 4xx and 6xx end the search", arguments: [404, 486, 480, 600, 603])
    func refusal(status: Int) {
        let bench = EngineBench()
        let invite = bench.receive(Party.invite(), from: 0).last!
        let sent = bench.receive(Party.response(status, to: invite), from: 1)
        #expect(sent.to(2).isEmpty)
        #expect(sent.to(0)[0].startLine.hasPrefix("SIP/2.0 \(status)"))
    }

    @Test("F17: after an 18x no other trunk is tried")
    func progressed() {
        let bench = EngineBench()
        let invite = bench.receive(Party.invite(), from: 0).last!
        bench.receive(Party.response(183, to: invite), from: 1)
        let sent = bench.receive(Party.response(503, to: invite), from: 1)
        #expect(sent.to(2).isEmpty)
        #expect(sent.to(0)[0].startLine.hasPrefix("SIP/2.0 503"))
    }

    @Test("F17: the set of statuses that move on is the choice's")
    func configured() {
        let rule = FailoverRule(statuses: [486...486])
        let bench = EngineBench(choices: [
            TrunkChoice(trunk: "out", failover: rule), TrunkChoice(trunk: "out2", failover: rule),
        ])
        let invite = bench.receive(Party.invite(), from: 0).last!
        let sent = bench.receive(Party.response(486, to: invite), from: 1)
        #expect(sent.to(2).startLines == ["INVITE sip:0100@192.0.2.3:5060 SIP/2.0"])
        let end = bench.receive(Party.response(503, to: sent.to(2)[0]), from: 2)
        #expect(end.to(0)[0].startLine.hasPrefix("SIP/2.0 503"))
    }

    @Test("F10: no 18x within 10 s: CANCEL and the next trunk; 100 does not stop the timer")
    func progressTimer() {
        let bench = EngineBench()
        let invite = bench.receive(Party.invite(), from: 0).last!
        bench.receive(Party.response(100, to: invite, tag: nil), from: 1)
        #expect(bench.wait(milliseconds: 9_900).isEmpty)
        let sent = bench.wait(milliseconds: 200)
        #expect(sent.to(1).startLines == ["CANCEL sip:0100@192.0.2.2:5060 SIP/2.0"])
        #expect(sent.to(2).startLines == ["INVITE sip:0100@192.0.2.3:5060 SIP/2.0"])
    }

    @Test("F10: an 18x stops the progress timer")
    func progressStops() {
        let bench = EngineBench()
        let invite = bench.receive(Party.invite(), from: 0).last!
        bench.receive(Party.response(180, to: invite), from: 1)
        #expect(bench.wait(milliseconds: 20_000).isEmpty)
    }

    @Test("F10: the progress timer is off when set to zero")
    func progressOff() {
        let bench = EngineBench(timers: CallTimers(progressTimeout: .seconds(0)))
        let invite = bench.receive(Party.invite(), from: 0).last!
        bench.receive(Party.response(100, to: invite, tag: nil), from: 1)
        #expect(bench.wait(milliseconds: 60_000).isEmpty)
    }

    @Test("F11: no response at all within 1.5 s: the next trunk")
    func guardTimer() {
        let bench = EngineBench()
        bench.receive(Party.invite(), from: 0)
        #expect(bench.wait(milliseconds: 1_490).to(2).isEmpty)
        #expect(bench.wait(milliseconds: 20).to(2).startLines == ["INVITE sip:0100@192.0.2.3:5060 SIP/2.0"])
    }

    @Test("F11: a transport error moves on at once")
    func transportError() {
        let bench = EngineBench()
        bench.receive(Party.invite(), from: 0)
        bench.engine.sendFailed(on: bench.flow(1), at: bench.now)
        #expect(bench.drain().to(2).startLines == ["INVITE sip:0100@192.0.2.3:5060 SIP/2.0"])
    }

    @Test("F14: one gateway is tried once per call, however many trunks lead to it")
    func onceEach() {
        let bench = EngineBench(trunks: ["in", "out", "same", "other"], gateways: ["out": 9, "same": 9])
        let invite = bench.receive(Party.invite(), from: 0).last!
        let sent = bench.receive(Party.response(503, to: invite), from: 1)
        #expect(sent.to(2).isEmpty)
        #expect(sent.to(3).first("INVITE") != nil)
    }

    @Test("All trunks down: 503 with the diagnostic that says so")
    func allDown() {
        let bench = EngineBench()
        bench.engine.setAvailable(false, trunk: 1)
        bench.engine.setAvailable(false, trunk: 2)
        let sent = bench.receive(Party.invite(), from: 0)
        #expect(sent.last!.startLine.hasPrefix("SIP/2.0 503"))
        #expect(bench.endedWith?.diagnostic == .noTrunkAvailable)
    }

    @Test("All trunks silent: the caller gets 408")
    func allSilent() {
        let bench = EngineBench()
        bench.receive(Party.invite(), from: 0)
        let sent = bench.wait(milliseconds: 40_000)
        #expect(sent.to(0).first("SIP/2.0 408") != nil)
        _ = bench.wait(milliseconds: 80_000)
        #expect(bench.isEmpty)
    }

    @Test("A router that names an unknown trunk gets the next choice tried")
    func unknownTrunk() {
        let bench = EngineBench(choices: [TrunkChoice(trunk: "nowhere"), TrunkChoice(trunk: "out")])
        #expect(bench.receive(Party.invite(), from: 0).to(1).first("INVITE") != nil)
    }
}
