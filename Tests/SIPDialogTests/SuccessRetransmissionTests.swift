import Testing
import Timing

@testable import SIPDialog

@Suite struct SuccessRetransmissionTests {
    private let start = Timestamp(nanoseconds: 1_000_000_000)

    @Test("a 2xx is sent again at T1, doubled up to T2, and given up after 64*T1 (RFC 3261 13.3.1.4)")
    func success() {
        var machine = SuccessRetransmission(t1: .milliseconds(500), t2: .seconds(4), at: start)
        var time = start + .milliseconds(500)
        var sent: [UInt64] = []
        while case .sendAgain(let next) = machine.fire(at: time) {
            sent.append((time - start).wholeMilliseconds)
            time = time + next
        }
        #expect(sent == [500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500])
        let last = machine.fire(at: time)
        #expect(time == start + .seconds(32) && last == .giveUp)
    }
}
