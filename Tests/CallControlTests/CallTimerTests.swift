import CallControl
import TandemKit
import Testing
import Timing

@Suite struct CallTimerTests {
    @Test("The maximum ring time ends a ringing call with 480 and CANCEL")
    func ringing() {
        let bench = EngineBench(timers: CallTimers(maxRingTime: .seconds(30)))
        let invite = bench.receive(Party.invite(), from: 0).last!
        bench.receive(Party.response(180, to: invite), from: 1)
        #expect(bench.wait(milliseconds: 29_990).isEmpty)
        let sent = bench.wait(milliseconds: 20)
        #expect(sent.to(0).startLines == ["SIP/2.0 480 Temporarily Unavailable"])
        #expect(sent.to(1).first("CANCEL") != nil)
        #expect(bench.endedWith?.diagnostic == .ringTimeExceeded)
    }

    @Test("The maximum ring time ends a call that never rang with 408")
    func neverRang() {
        let bench = EngineBench(timers: CallTimers(maxRingTime: .seconds(8)))
        let invite = bench.receive(Party.invite(), from: 0).last!
        bench.receive(Party.response(100, to: invite, tag: nil), from: 1)
        #expect(bench.wait(milliseconds: 8_010).to(0).startLines == ["SIP/2.0 408 Request Timeout"])
    }

    @Test("The maximum duration hangs up both sides with a Reason")
    func duration() {
        let bench = EngineBench(timers: CallTimers(maxCallDuration: .seconds(60)))
        _ = bench.establish()
        #expect(bench.wait(milliseconds: 59_000).isEmpty)
        let sent = bench.wait(milliseconds: 1_100)
        #expect(sent.startLines.map { $0.prefix(3) } == ["BYE", "BYE"])
        #expect(sent.allSatisfy { $0.field("Reason")?.contains("10009") == true })
        #expect(bench.endedWith?.diagnostic == .durationExceeded)
    }

    @Test("A duration of zero is none")
    func unlimited() {
        let bench = EngineBench(timers: CallTimers(maxCallDuration: .seconds(0)))
        _ = bench.establish()
        bench.wait(milliseconds: 200_000)
        #expect(bench.engine.timerCount == 0)
        #expect(bench.engine.callCount == 1)
    }

    @Test("An operator's hang-up ends both sides")
    func hangUp() {
        let bench = EngineBench()
        _ = bench.establish()
        let number = bench.engine.snapshot()[0].number
        #expect(bench.engine.hangUp(number, at: bench.now))
        #expect(bench.drain().startLines.map { $0.prefix(3) } == ["BYE", "BYE"])
        #expect(!bench.engine.hangUp(number, at: bench.now))
        #expect(bench.endedWith?.diagnostic == .endedByOperator)
    }
}
