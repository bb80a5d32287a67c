import Configuration
import Glibc
import Supervisor
import Synchronization

/// The move to a fresh process, which takes the calls up from the journal: the only way to be rid of builds that were
/// loaded. The process becomes its own successor (`execve`), so that supervisor and service manager go on with it. From
/// any thread.
final class Succession: Sendable {
    private let file: String
    /// When the configuration file was last changed, as it was at the start.
    private let configured: [Int]
    private let wanted = Atomic<Bool>(false)

    init(file: String) {
        self.file = file
        configured = Self.stamp(of: file)
    }

    /// Whether the process is to become its successor.
    var isWanted: Bool { wanted.load(ordering: .sequentiallyConsistent) }

    /// Asks for it: the main thread does it.
    func begin() {
        wanted.store(true, ordering: .sequentiallyConsistent)
        StopSignals.wake()
    }

    /// Why a successor would not be what this process is: its file has changed, or can't be used now. Nil when all is
    /// well. Waits for a child process.
    func obstacle() -> String? {
        guard Self.stamp(of: file) == configured else { return "\(file) has changed since the start" }
        let check = Supervisor.complete(["check", "--quiet", "--errors-only", "--config", file])
        return check == .exit(0) ? nil : "`tandem check` finds errors in \(file) or its plugins"
    }

    /// Becomes the successor. Returns only when the kernel won't.
    func replaceProcess() -> String {
        SupervisorLink.bequeath()
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &path, path.count - 1)
        var words = CommandLine.arguments.map { strdup($0) } + [nil]
        if count > 0 { execv(path, &words) }
        return String(cString: strerror(errno))
    }

    private static func stamp(of file: String) -> [Int] {
        var status = stat()
        guard stat(file, &status) == 0 else { return [] }
        return [Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
    }
}
