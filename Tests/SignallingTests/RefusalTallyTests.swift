import CallControl
import Testing
import Timing

@testable import Signalling

@Suite("Refused calls in the log")
struct RefusalTallyTests {
    @Test("The first is told at once, then at most one line a second with the count since; each cause for itself")
    func oneALineASecond() {
        var tally = RefusalTally()
        let start = Timestamp(nanoseconds: 1)
        #expect(tally.add(.draining, at: start) == 1)
        for milliseconds in [1, 500, 999] as [UInt64] {
            #expect(tally.add(.draining, at: start + .milliseconds(milliseconds)) == nil)
        }
        #expect(tally.add(.tooManyCalls, at: start + .milliseconds(999)) == 1)
        #expect(tally.add(.draining, at: start + .milliseconds(1000)) == 4)
        #expect(tally.add(.draining, at: start + .milliseconds(1999)) == nil)
        #expect(tally.add(.draining, at: start + .seconds(60)) == 2)
    }
}
