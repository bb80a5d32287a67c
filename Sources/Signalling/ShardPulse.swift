import CCrashReport
import CLinux
import Glibc
import ShardLoop
import Spawning
import Synchronization

/// What a watchdog can see of a shard's thread from outside.
final class ShardPulse: Sendable {
    let number: Int
    private let waker: LoopWaker
    private let thread = Atomic<UInt>(0)
    private let task = Atomic<Int32>(0)

    init(number: Int, waker: LoopWaker) {
        self.number = number
        self.waker = waker
    }

    /// The calling thread is the shard's.
    func begin() {
        crash_report_prepare_thread()
        task.store(gettid(), ordering: .relaxed)
        thread.store(UInt(pthread_self()), ordering: .releasing)
    }

    /// Another number whenever the shard has come round, or to its next message; nil while it sleeps or hasn't begun.
    var beat: UInt64? {
        thread.load(ordering: .acquiring) == 0 || waker.isSleeping ? nil : waker.progress
    }

    /// Nanoseconds of processor time that the thread has had.
    var processorTime: UInt64 {
        TaskState.processorTime(of: pthread_t(thread.load(ordering: .relaxed))) ?? 0
    }

    /// Whether the thread could run, were there a core for it.
    var isRunnable: Bool { TaskState.isRunnable(task.load(ordering: .relaxed), of: getpid()) }

    /// Ends the process when the thread is in a plugin's code, which is written down. Returns when it isn't.
    func endProcessIfInPlugin() {
        _ = crash_report_end_if_inside(pthread_t(thread.load(ordering: .relaxed)), 100)
    }
}
