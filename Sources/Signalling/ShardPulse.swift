import CCrashReport
import CLinux
import Glibc
import ShardLoop
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

    /// Another number whenever the shard has come round; nil while it sleeps or hasn't begun.
    var beat: UInt64? {
        thread.load(ordering: .acquiring) == 0 || waker.isSleeping ? nil : waker.batchCount
    }

    /// Nanoseconds of processor time that the thread has had.
    var processorTime: UInt64 {
        var clock = clockid_t()
        var time = timespec()
        guard pthread_getcpuclockid(pthread_t(thread.load(ordering: .relaxed)), &clock) == 0,
            clock_gettime(clock, &time) == 0
        else { return 0 }
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Whether the thread could run, were there a core for it.
    var isRunnable: Bool {
        guard let file = fopen("/proc/self/task/\(task.load(ordering: .relaxed))/stat", "re") else { return false }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 512)
        guard fgets(&line, Int32(line.count), file) != nil else { return false }
        let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return text.split(separator: ")").last?.split(separator: " ").first == "R"
    }

    /// Ends the process when the thread is in a plugin's code, which is written down. Returns when it isn't.
    func endProcessIfInPlugin() {
        _ = crash_report_end_if_inside(pthread_t(thread.load(ordering: .relaxed)), 100)
    }
}
