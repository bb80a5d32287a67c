import CLinux
import Glibc

/// A supervised process's end of the connection to its supervisor: one way, a text of the `sd_notify` protocol a message.
public struct SupervisorLink: Sendable {
    /// The variable that names the descriptor and the supervisor's process: `3 1234`.
    static let variable = "TANDEM_SUPERVISOR"
    /// The descriptor under which the process inherits its end.
    static let inheritedDescriptor: Int32 = 3
    /// The longest text, in bytes.
    static let textLimit = 1024

    private let descriptor: Int32
    private let supervisor: pid_t

    /// The link of this process; nil when nobody supervises it. Its descriptor isn't inherited further.
    public static let ofThisProcess: SupervisorLink? = {
        guard let text = getenv(variable) else { return nil }
        let numbers = String(cString: text).split(separator: " ").map { Int32($0) }
        guard numbers.count == 2, let descriptor = numbers[0], let supervisor = numbers[1] else { return nil }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unsetenv(variable)
        return SupervisorLink(descriptor: descriptor, supervisor: supervisor)
    }()

    /// Lets this process end with its supervisor, however that ends: the kernel sends SIGTERM then. Called first of all by
    /// a process that may be supervised.
    ///
    /// - Returns: false when the supervisor has ended already, and so should this process.
    public static var isKept: Bool {
        guard let link = ofThisProcess else { return true }
        _ = clinux_signal_at_parents_end(SIGTERM)
        return getppid() == link.supervisor
    }

    /// Leaves the link to the program that this process becomes next.
    public static func bequeath() {
        guard let link = ofThisProcess else { return }
        _ = fcntl(link.descriptor, F_SETFD, 0)
        setenv(variable, "\(link.descriptor) \(link.supervisor)", 1)
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8.prefix(Self.textLimit))
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }
}
