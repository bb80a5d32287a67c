import CLinux
import Glibc

/// SIGTERM and SIGINT, taken by the thread that waits for them. Made before any other thread, which inherit the mask.
///
/// SIGHUP ends nothing: by custom it asks a daemon to read its configuration anew, and whoever sends it doesn't expect
/// calls to be cut off.
public struct StopSignals: Sendable {
    /// What the relay's log says to SIGHUP.
    public static let hangUpAnswer = "SIGHUP changes nothing here: what the relay works by needs a restart"

    /// What another thread of the process sends to have the waiting one look up.
    private static let nudge = SIGUSR1

    private let stopping: sigset_t
    private let all: sigset_t

    /// Blocks the signals, and ignores SIGPIPE and SIGXFSZ: a broken connection, and a file that may not grow further, are
    /// error numbers here.
    public init() {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        stopping = set
        sigaddset(&set, SIGHUP)
        sigaddset(&set, Self.nudge)
        all = set
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Lets SIGHUP wait from now on: first of all in a process that is to take it, which it would end before.
    public static func blockHangUp() {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGHUP)
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Has `wait` ask whether to go on waiting. From any thread.
    public static func wake() { kill(getpid(), nudge) }

    /// Waits for the next of the two and names it. Each SIGHUP meanwhile is told to `hungUp`.
    ///
    /// - Parameter isDone: Asked after `wake()`; the wait ends when it says so.
    public func wait(hungUp: () -> Void, isDone: () -> Bool = { false }) -> String {
        var set = all
        while true {
            var number: Int32 = 0
            guard sigwait(&set, &number) == 0 else { continue }
            switch number {
            case SIGHUP: hungUp()
            case Self.nudge: if isDone() { return "" }
            default: return number == SIGINT ? "SIGINT" : "SIGTERM"
            }
        }
    }

    /// Waits at most `milliseconds` for one of the two; true when one came.
    public func wait(milliseconds: Int) -> Bool {
        var set = stopping
        var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        return sigtimedwait(&set, nil, &time) > 0
    }
}
