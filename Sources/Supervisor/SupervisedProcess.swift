import CLinux
import Glibc
import Spawning

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
    /// - Throws: What the kernel says when the kernel doesn't start it.
    init(_ executable: String, _ arguments: [String]) throws(SpawnError) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw SpawnError(code: errno) }
        defer { close(ends[1]) }
        do throws(SpawnError) { process = try Self.spawn(executable, arguments, link: ends[1]) } catch {
            close(ends[0])
            throw error
        }
        descriptor = ends[0]
    }

    private static func spawn(
        _ executable: String, _ arguments: [String], link: Int32
    ) throws(SpawnError) -> pid_t {
        let own = SupervisorLink.inheritedDescriptor
        return try Spawning.start(
            executable, arguments,
            environment: environment() + ["\(SupervisorLink.variable)=\(own) \(getpid())"],
            descriptors: [(link, own)])
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
