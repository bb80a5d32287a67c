import CLinux
import Glibc

/// SIGTERM and SIGINT, taken by the thread that waits for them. Made before any other thread, which inherit the mask.
public struct StopSignals: Sendable {
    private let set: sigset_t

    /// Blocks the signals, and ignores SIGPIPE: a broken connection is an error number here.
    public init() {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
        self.set = set
    }

    /// Waits for the next of them and names it.
    public func wait() -> String {
        var set = set
        var number: Int32 = 0
        repeat {} while sigwait(&set, &number) != 0
        return number == SIGINT ? "SIGINT" : "SIGTERM"
    }

    /// Waits at most `milliseconds`; true when one came.
    public func wait(milliseconds: Int) -> Bool {
        var set = set
        var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        return sigtimedwait(&set, nil, &time) > 0
    }
}
