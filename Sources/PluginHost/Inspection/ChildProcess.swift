import CLinux
import Glibc
import Spawning

/// One program run to its end in a process of its own, with a deadline and a bound on what it may say.
/// Blocks the thread that asks; nothing on the call path does.
package struct ChildProcess {
    /// How the program ended.
    package enum Ending: Hashable {
        case exited(Int32)
        /// By a signal that nobody here sent: a crash.
        case signalled(Int32)
        /// It was still running at the deadline.
        case timedOut
        /// It wrote more than it may.
        case flooded
        /// It could not be started; an `errno` value.
        case notStarted(Int32)
    }

    let executable: String
    let arguments: [String]
    /// Bytes of standard output taken.
    let outputLimit: Int

    /// More of its environment, `NAME=value`.
    let variables: [String]

    /// A program that is yet to be run.
    package init(executable: String, arguments: [String], outputLimit: Int, variables: [String] = []) {
        self.variables = variables
        self.executable = executable
        self.arguments = arguments
        self.outputLimit = outputLimit
    }

    /// Bytes of standard error kept; what is more is read and dropped.
    static let errorLimit = 4096

    /// Runs the program. It gets no standard input, none of our descriptors, and of our environment only what the
    /// dynamic linker needs: no secret reaches code that nobody has looked at.
    package func run(deadline seconds: Int) -> (ending: Ending, output: [UInt8], errors: [UInt8]) {
        var pipes: [Int32] = []
        defer { pipes.forEach { close($0) } }
        for _ in 0..<2 {
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { return (.notStarted(errno), [], []) }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            pipes += ends
        }
        let child: pid_t
        do throws(SpawnError) { child = try spawn(output: pipes[1], errors: pipes[3]) } catch {
            return (.notStarted(error.code), [], [])
        }
        for index in [1, 3] { close(pipes[index]) }
        pipes = [pipes[0], pipes[2]]
        let limit = Self.milliseconds() + seconds * 1000
        var output: [UInt8] = []
        var errors: [UInt8] = []
        let inTime = collect(pipes, until: limit, &output, &errors)
        let ending = Self.end(child, inTime: inTime, until: limit)
        return (output.count > outputLimit ? .flooded : ending, output, errors)
    }

    private func spawn(output: Int32, errors: Int32) throws(SpawnError) -> pid_t {
        let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(nothing) }
        return try Spawning.start(
            executable, arguments, environment: Self.environment() + variables,
            descriptors: [(nothing, 0), (output, 1), (errors, 2)])
    }

    static func environment() -> [String] {
        // The backtracer of a crash takes seconds and writes pages.
        let path = getenv("LD_LIBRARY_PATH").map { ["LD_LIBRARY_PATH=" + String(cString: $0)] } ?? []
        return path + ["SWIFT_BACKTRACE=enable=no"]
    }

    /// Reads both pipes until they close; false at the deadline or when there is too much.
    private func collect(
        _ pipes: [Int32], until limit: Int, _ output: inout [UInt8], _ errors: inout [UInt8]
    ) -> Bool {
        var waiting = pipes.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        while waiting.contains(where: { $0.fd >= 0 }) {
            let left = limit - Self.milliseconds()
            guard left > 0, output.count <= outputLimit else { return false }
            let ready = poll(&waiting, nfds_t(waiting.count), Int32(clamping: left))
            guard ready > 0 else { continue }
            for index in waiting.indices where waiting[index].revents != 0 {
                let count = read(waiting[index].fd, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                if count <= 0 {
                    waiting[index].fd = -1
                } else if index == 0 {
                    output += buffer[..<count]
                } else if errors.count < Self.errorLimit {
                    errors += buffer[..<min(count, Self.errorLimit - errors.count)]
                }
            }
        }
        return true
    }

    /// Waits for the end of the process, or brings it about.
    private static func end(_ child: pid_t, inTime: Bool, until limit: Int) -> Ending {
        var status: Int32 = 0
        var killed = false
        while true {
            if !killed, !inTime || milliseconds() >= limit {
                killAll(of: child)
                killed = true
            }
            if killed || hasEnded(child) { break }
            // Its pipes are closed, so it is about to end: this loop seldom turns twice.
            usleep(2000)
        }
        // What it has started would go on without it. Until it is waited for, its number is nobody else's.
        killAll(of: child)
        while waitpid(child, &status, 0) < 0 { if errno != EINTR { return .signalled(0) } }
        if killed { return .timedOut }
        let signal = status & 0x7F
        return signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
    }

    /// Ends a child and all of its process group, which it may have left.
    static func killAll(of child: pid_t) {
        kill(-child, SIGKILL)
        kill(child, SIGKILL)
    }

    /// Whether a child has ended that nobody has waited for yet.
    static func hasEnded(_ child: pid_t) -> Bool {
        var facts = siginfo_t()
        // 0 stays where nothing is to be told.
        return waitid(P_PID, id_t(child), &facts, WEXITED | WNOHANG | WNOWAIT) != 0 || facts.si_signo != 0
    }

    private static func milliseconds() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec * 1000 + now.tv_nsec / 1_000_000
    }
}
