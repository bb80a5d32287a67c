import CallControl
import Configuration
import Glibc
import Logging
import SIPTransport
import ShardLoop
import Supervisor
import Synchronization
import Timing

/// The move to a fresh process, which takes the calls up from the journal: the only way to be rid of builds that were
/// loaded. The process becomes its own successor (`execve`), so that supervisor and service manager go on with it. From
/// any thread.
///
/// Calls that nobody has answered yet would be lost. So it waits for a moment in which nobody rings, then leaves new
/// INVITEs without an answer until all others are answered: their senders repeat them, and the successor, which inherits
/// the sockets, takes them.
final class Succession: Sendable {
    /// How long a moment is waited for in which no call has been in set-up for longer than machines need.
    static let patience = TimeInterval.seconds(30)
    /// What a call takes at most that no person has to answer.
    static let promptness = TimeInterval.milliseconds(500)
    /// How long new INVITEs get no answer at most: as long as somebody who repeats them over UDP does so three times.
    static let holding = TimeInterval.seconds(3)

    private let file: String
    private let log: Logger
    /// When the configuration file was last changed, as it was when it was read.
    private let configured: Mutex<[Int]>
    private let isUnderWay = Atomic<Bool>(false)
    private let wanted = Atomic<Bool>(false)

    init(file: String, log: Logger) {
        (self.file, self.log) = (file, log)
        configured = Mutex(Self.stamp(of: file))
    }

    /// Whether the process is to become its successor.
    var isWanted: Bool { wanted.load(ordering: .sequentiallyConsistent) }

    /// Asks for it: when the calls allow it, the main thread does it. Nothing happens when it was asked for already.
    ///
    /// - Parameter obstacle: Why it can't be, asked once more when the moment has come.
    func begin(_ shards: ShardGroup, unless obstacle: @escaping @Sendable () -> String?) {
        guard isUnderWay.compareExchange(expected: false, desired: true, ordering: .sequentiallyConsistent).exchanged
        else { return }
        do throws(LoopError) {
            _ = try ShardThread(name: "tandem-move") { [self] in prepare(shards, obstacle) }
        } catch {
            isUnderWay.store(false, ordering: .sequentiallyConsistent)
            log.error("no thread for the move to a fresh process: \(error)")
        }
    }

    private func prepare(_ shards: ShardGroup, _ obstacle: () -> String?) {
        wait(for: Self.patience, pause: 50_000) { Self.setUp(shards).oldest < Self.promptness }
        if let obstacle = obstacle() {
            log.warning("no fresh process takes over for now", metadata: ["because": "\(obstacle)"])
            return isUnderWay.store(false, ordering: .sequentiallyConsistent)
        }
        let begun = MonotonicClock.now()
        _ = shards.ask { $0.isHolding = true }
        var left = 0
        wait(for: Self.holding, pause: 5_000) {
            left = Self.setUp(shards).count
            return left == 0
        }
        let facts: Logger.Metadata = [
            "invites-held": "\(shards.ask { $0.counters.held }.reduce(0) { $0 + ($1 ?? 0) })",
            "held": "\((MonotonicClock.now() - begun).nanoseconds / 1_000_000)ms", "calls-in-set-up": "\(left)",
        ]
        log.log(level: left == 0 ? .notice : .warning, "moving to the fresh process", metadata: facts)
        wanted.store(true, ordering: .sequentiallyConsistent)
        StopSignals.wake()
    }

    private static func setUp(_ shards: ShardGroup) -> (count: Int, oldest: TimeInterval) {
        let answers = shards.ask { $0.engine.callsInSetUp(at: MonotonicClock.now()) }.compactMap { $0 }
        let oldest = answers.map(\.oldest).max() ?? TimeInterval(nanoseconds: 0)
        return (answers.reduce(0) { $0 + $1.count }, oldest)
    }

    private func wait(for limit: TimeInterval, pause: useconds_t, until isReached: () -> Bool) {
        let end = MonotonicClock.now() + limit
        while !isReached(), MonotonicClock.now() < end { usleep(pause) }
    }

    /// Why a successor would not be what this process is: its file has changed, or can't be used now. Nil when all is
    /// well. Waits for a child process.
    func obstacle() -> String? {
        if let difference { return difference }
        let check = Supervisor.complete(["check", "--quiet", "--errors-only", "--config", file])
        return check == .exit(0) ? nil : "`tandem check` finds errors in \(file) or its plugins"
    }

    /// Says so when the file is no longer what it was when it was read.
    var difference: String? {
        configured.withLock { $0 } == Self.stamp(of: file) ? nil : "\(file) has changed since it was read"
    }

    /// Becomes the successor, which gets these sockets. Returns only when the kernel won't.
    func replaceProcess(_ sockets: [ListeningSocket]) -> String {
        SupervisorLink.bequeath()
        InheritedSockets.bequeath(sockets)
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &path, path.count - 1)
        var words = CommandLine.arguments.map { strdup($0) } + [nil]
        if count > 0 { execv(path, &words) }
        return String(cString: strerror(errno))
    }

    /// When the file was last changed.
    var stamp: [Int] { Self.stamp(of: file) }

    /// This process has read the file, or is about to become one that does: a file of this stamp is no obstacle.
    func accept(_ stamp: [Int]) { configured.withLock { $0 = stamp } }

    /// The file is not what this process works by.
    func reject() { accept([]) }

    private static func stamp(of file: String) -> [Int] {
        var status = stat()
        guard stat(file, &status) == 0 else { return [] }
        return [Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
    }
}
