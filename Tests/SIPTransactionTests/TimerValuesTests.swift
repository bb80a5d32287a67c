import Testing
import Timing

@testable import SIPTransaction

@Suite struct TimerValuesTests {
    @Test("the defaults are those of RFC 3261 table 4 and RFC 6026")
    func defaults() {
        let timers = TimerValues()
        let half = TimeInterval.milliseconds(500)
        #expect(timers.t1 == half && timers.t2 == .seconds(4) && timers.t4 == .seconds(5))
        #expect(timers.a == half && timers.e == half && timers.g == half)
        #expect(
            [timers.b, timers.d, timers.f, timers.h, timers.j, timers.l, timers.m]
                == Array(repeating: .seconds(32), count: 7))
        #expect(timers.i == .seconds(5) && timers.k == .seconds(5))
    }

    @Test("a short T1 shortens all but timer D, which stays at 32 s")
    func shortT1() {
        let timers = TimerValues(t1: .milliseconds(100))
        #expect(timers.b == .milliseconds(6400) && timers.d == .seconds(32) && timers.l == .milliseconds(6400))
    }

    @Test("100 Trying for a non-INVITE request waits 0.5 + 1 + 2 s with the default T1 and T2")
    func nonInviteTrying() {
        #expect(TimerValues().nonInviteTrying == .milliseconds(3500))
        #expect(TimerValues(t1: .seconds(1), t2: .seconds(1)).nonInviteTrying == .milliseconds(0))
    }
}
