import Glibc

/// What the kernel says of threads: whether they wait for a core, and how much of one they have had.
public enum TaskState {
    /// Whether a thread of a process could run, were there a core for it; false when there is no such thread.
    public static func isRunnable(_ task: Int32, of process: Int32) -> Bool {
        guard let file = fopen("/proc/\(process)/task/\(task)/stat", "re") else { return false }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 512)
        guard fgets(&line, Int32(line.count), file) != nil else { return false }
        let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return text.split(separator: ")").last?.split(separator: " ").first == "R"
    }

    /// Whether any thread of a process could run.
    public static func isAnyRunnable(of process: Int32) -> Bool {
        guard let folder = opendir("/proc/\(process)/task") else { return false }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let task = Int32(name), isRunnable(task, of: process) { return true }
        }
        return false
    }

    /// Nanoseconds of processor time that a process has had; nil when there is none.
    public static func processorTime(of process: Int32) -> UInt64? {
        var clock = clockid_t()
        guard clock_getcpuclockid(process, &clock) == 0 else { return nil }
        return time(of: clock)
    }

    /// Nanoseconds of processor time that a thread of this process has had; nil when there is none.
    public static func processorTime(of thread: pthread_t) -> UInt64? {
        var clock = clockid_t()
        guard pthread_getcpuclockid(thread, &clock) == 0 else { return nil }
        return time(of: clock)
    }

    private static func time(of clock: clockid_t) -> UInt64? {
        var time = timespec()
        guard clock_gettime(clock, &time) == 0 else { return nil }
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
