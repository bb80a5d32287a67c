import CLinux
import Glibc

/// One side's end of the two pipes by which the turn of a lane goes to and fro: a byte says "your turn".
///
/// Pipes and not a futex: the kernel wakes who reads a pipe as one whose waker is about to sleep, and lets both run on one
/// core in turn, where a futex wakes another core each time.
struct LaneEnd: Sendable {
    /// What waiting for the turn has come to.
    enum Arrival {
        case turn
        /// It hasn't come in time.
        case late
        /// The other side has gone.
        case gone
    }

    /// Where the other side's turns are heard.
    let hears: Int32
    /// Where turns are given to the other side.
    let says: Int32

    /// The two ends of a lane: the daemon's, at which no call blocks but the wait, and the child's. Both are the caller's to
    /// close.
    static func pair() throws(HookMemoryError) -> (daemon: LaneEnd, child: LaneEnd) {
        let (there, back) = (try pipe(), try pipe())
        // A child that takes no turn out of its pipe, or one of ours out of ours, would hold us for ever.
        for descriptor in [back.reads, there.writes] { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
        return (LaneEnd(hears: back.reads, says: there.writes), LaneEnd(hears: there.reads, says: back.writes))
    }

    /// Gives the turn away; false when the other side has gone, or takes none.
    @discardableResult func giveTurn() -> Bool {
        var byte: UInt8 = 1
        while true {
            let count = write(says, &byte, 1)
            if count < 0, errno == EINTR { continue }
            return count == 1
        }
    }

    /// Waits for the turn, at most so long (for ever when negative).
    func waitForTurn(nanoseconds: Int64) -> Arrival {
        var byte: UInt8 = 0
        if nanoseconds >= 0, clinux_wait_readable(hears, nanoseconds) == 0 { return .late }
        while true {
            let count = read(hears, &byte, 1)
            if count < 0, errno == EINTR { continue }
            return count == 1 ? .turn : .gone
        }
    }

    func closeBoth() {
        close(hears)
        close(says)
    }

    private static func pipe() throws(HookMemoryError) -> (reads: Int32, writes: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw HookMemoryError(code: errno) }
        return (ends[0], ends[1])
    }
}
