import CLinux
import Dispatch
import Glibc
import Spawning
import Synchronization

/// One life of a plugin's process: its memory, its descriptor, its number.
final class PluginSession: Sendable {
    let memory: HookMemory
    let pid: Int32
    /// Our end of the socket over which it is told what to make; it closes with the process.
    let talk: Int32
    /// Our end of the socket over which it asks for services.
    let service: Int32
    /// Our ends of the lanes' pipes.
    private let ends: [LaneEnd]
    private let unused: Mutex<[Int]>
    /// Counts the lanes that nobody uses: whoever finds none waits for one, as there may be more shards than lanes.
    private let vacancies = DispatchSemaphore(value: 0)
    private let laneCount: Int
    private let cause = Mutex<String?>(nil)
    private let lastHook = Mutex<String?>(nil)
    private let isReaped = Mutex(false)

    /// Starts the process.
    init(executable: String, lanes: Int, figures: Int, patience: Int) throws(HookMemoryError) {
        let ways = try Ways(lanes: lanes)
        defer { ways.closeTheirs() }
        do throws(HookMemoryError) {
            memory = try HookMemory(lanes: ways.lanes.map(\.daemon), figures: figures)
            pid = try Self.spawn(executable, memory: memory.descriptor, ways)
        } catch {
            ways.closeOurs()
            throw error
        }
        laneCount = lanes
        unused = Mutex(Array((0..<lanes).reversed()))
        var wait = timeval(tv_sec: patience, tv_usec: 0)
        setsockopt(ways.talk.ours, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(ways.talk.ours, SOL_SOCKET, SO_SNDTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        (talk, service, ends) = (ways.talk.ours, ways.service.ours, ways.lanes.map(\.daemon))
        for _ in 0..<lanes { vacancies.signal() }
    }

    deinit {
        close(talk)
        close(service)
        ends.forEach { $0.closeBoth() }
    }

    /// All that leads to the process, both ends of each.
    private struct Ways {
        var talk: (ours: Int32, theirs: Int32) = (-1, -1)
        var service: (ours: Int32, theirs: Int32) = (-1, -1)
        var lanes: [(daemon: LaneEnd, child: LaneEnd)] = []

        init(lanes count: Int) throws(HookMemoryError) {
            do throws(HookMemoryError) {
                talk = try Self.pair(SOCK_STREAM)
                service = try Self.pair(SOCK_SEQPACKET)
                for _ in 0..<count { lanes.append(try LaneEnd.pair()) }
            } catch {
                closeOurs()
                closeTheirs()
                throw error
            }
        }

        func closeOurs() {
            for descriptor in [talk.ours, service.ours] where descriptor >= 0 { close(descriptor) }
            lanes.forEach { $0.daemon.closeBoth() }
        }

        func closeTheirs() {
            for descriptor in [talk.theirs, service.theirs] where descriptor >= 0 { close(descriptor) }
            lanes.forEach { $0.child.closeBoth() }
        }

        private static func pair(_ type: __socket_type) throws(HookMemoryError) -> (ours: Int32, theirs: Int32) {
            var ends: [Int32] = [-1, -1]
            guard socketpair(AF_UNIX, Int32(type.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
                throw HookMemoryError(code: errno)
            }
            return (ends[0], ends[1])
        }
    }

    /// A lane that nobody uses; nil when none becomes free within `nanoseconds`.
    func takeLane(within nanoseconds: Int64) -> Int? {
        guard vacancies.wait(timeout: .now() + .nanoseconds(Int(nanoseconds))) == .success else { return nil }
        return unused.withLock { $0.popLast() }
    }

    /// Gives a lane back.
    func giveBack(_ lane: Int) {
        unused.withLock { $0.append(lane) }
        vacancies.signal()
    }

    /// Why it is ended; the first reason stays.
    func note(_ reason: String) { cause.withLock { $0 = $0 ?? reason } }
    var reason: String? { cause.withLock { $0 } }

    /// A hook that was under way when the process ended; the first one stays.
    func note(endedIn hook: String) { lastHook.withLock { $0 = $0 ?? hook } }

    /// The hook that was noted. The process has ended: whoever waits for an answer learns it in a moment.
    var hookAtTheEnd: String? {
        for _ in 0..<50 where unused.withLock({ $0.count }) < laneCount { usleep(1_000) }
        return lastHook.withLock { $0 }
    }

    /// Ends the process with all that it has started, unless somebody waits for its end or has: its number may be another's.
    func kill() {
        isReaped.withLockIfAvailable { if !$0 { ChildProcess.killAll(of: pid) } }
        // Something that it has started may have left its group, and hold its ends open: nobody waits for that.
        shutdown(talk, Int32(SHUT_RDWR))
        shutdown(service, Int32(SHUT_RDWR))
    }

    /// Ends the process if it still runs, and what it has started, and says how it has ended.
    func killAndWait() -> String {
        var status: Int32 = 0
        defer { kill() }
        isReaped.withLock { isReaped in
            guard !isReaped else { return }
            isReaped = true
            // A crash closes the socket a moment before the process has ended: its own signal is worth more than ours.
            for _ in 0..<50 where !ChildProcess.hasEnded(pid) { usleep(1_000) }
            // Until it is waited for, its number is nobody else's.
            ChildProcess.killAll(of: pid)
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        }
        let signal = status & 0x7F
        return signal == 0
            ? "exit code \(status >> 8 & 0xFF)"
            : sigabbrev_np(signal).map { "SIG" + String(cString: $0) } ?? "signal \(signal)"
    }

    private static func spawn(_ executable: String, memory: Int32, _ ways: Ways) throws(HookMemoryError) -> pid_t {
        let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(nothing) }
        // What the plugin prints goes where the daemon's errors go.
        var descriptors: [(from: Int32, to: Int32)] = [
            (nothing, 0), (2, 1), (2, 2), (memory, PluginChild.Inherited.memory),
            (ways.talk.theirs, PluginChild.Inherited.talk), (ways.service.theirs, PluginChild.Inherited.service),
        ]
        for (index, lane) in ways.lanes.enumerated() {
            let inherited = PluginChild.Inherited.lane(index)
            descriptors += [(lane.child.hears, inherited.hears), (lane.child.says, inherited.says)]
        }
        do throws(SpawnError) {
            return try Spawning.start(
                executable, [PluginChild.subcommand], environment: ChildProcess.environment(), descriptors: descriptors)
        } catch { throw HookMemoryError(code: error.code) }
    }
}
