import CLinux
import Glibc

/// One process of the supervisor's: its number, and what it says about itself.
final class SupervisedProcess {
    /// What a process has said since the last look.
    struct News {
        var isReady = false
        var status: String?
    }

    let process: pid_t
    /// Readable when the process has said something.
    let descriptor: Int32

    deinit { close(descriptor) }

    /// Starts a program with these arguments: our environment without the service manager, our standard descriptors, and
    /// nothing else of ours. In a group of its own, so that Ctrl-C reaches the supervisor alone.
    ///
    /// - Throws: The `errno` value when the kernel doesn't start it.
    init(_ executable: String, _ arguments: [String]) throws(StartFailure) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw StartFailure(code: errno) }
        var process: pid_t = 0
        let code = Self.spawn(&process, executable, arguments, link: ends[1])
        close(ends[1])
        guard code == 0 else {
            close(ends[0])
            throw StartFailure(code: code)
        }
        self.process = process
        descriptor = ends[0]
    }

    /// Why a process wasn't started.
    struct StartFailure: Error {
        let code: Int32
    }

    private static func spawn(
        _ process: inout pid_t, _ executable: String, _ arguments: [String], link: Int32
    ) -> Int32 {
        let own = SupervisorLink.inheritedDescriptor
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, link, own)
        posix_spawn_file_actions_addclosefrom_np(&actions, own + 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        var words = ([executable] + arguments).map { strdup($0) } + [nil]
        var environment = (environment() + ["\(SupervisorLink.variable)=\(own) \(getpid())"]).map { strdup($0) } + [nil]
        defer { (words + environment).forEach { free($0) } }
        return posix_spawn(&process, executable, &actions, &attributes, &words, &environment)
    }

    /// Ours, without what is between the service manager and the supervisor.
    private static func environment() -> [String] {
        let own = ["NOTIFY_SOCKET=", "WATCHDOG_", "LISTEN_", SupervisorLink.variable + "="]
        var entries: [String] = []
        var entry = environ
        while let text = entry.pointee {
            let line = String(cString: text)
            if !own.contains(where: line.hasPrefix) { entries.append(line) }
            entry += 1
        }
        return entries
    }

    /// Takes what the process has said. Doesn't wait.
    func news() -> News {
        var news = News()
        var buffer = [UInt8](repeating: 0, count: SupervisorLink.textLimit)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { return news }
            for line in buffer[..<count].split(separator: UInt8(ascii: "\n")) {
                let text = String(decoding: line, as: UTF8.self)
                if text == "READY=1" { news.isReady = true }
                if text.hasPrefix("STATUS=") { news.status = String(text.dropFirst("STATUS=".count)) }
            }
        }
    }

    /// Sends a signal to the process. Its number is its own until it has been waited for.
    func signal(_ number: Int32) { kill(process, number) }
}
