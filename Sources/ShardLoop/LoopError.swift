import Glibc

/// The kernel refused something that a loop can't work without.
public struct LoopError: Error, Equatable, CustomStringConvertible {
    /// What was refused.
    public enum Operation: String, Sendable {
        /// Making the epoll set (`epoll_create1`).
        case createSet = "create an epoll set"
        /// Making the descriptor that wakes the loop (`eventfd`).
        case createWaker = "create an eventfd"
        /// Adding a descriptor to the epoll set (`epoll_ctl`).
        case watch = "watch a file descriptor"
        /// Starting a thread (`pthread_create`).
        case startThread = "start a thread"
    }

    /// What was refused.
    public let operation: Operation
    /// The kernel's error number.
    public let code: Int32

    /// Joins what was refused and why.
    public init(operation: Operation, code: Int32) {
        self.operation = operation
        self.code = code
    }

    /// One sentence: what failed, why, and what to do about it.
    public var description: String {
        let remedy =
            switch code {
            case EMFILE: "; raise the limit of open files (ulimit -n, LimitNOFILE=)"
            case ENFILE, ENOMEM, ENOSPC: "; the host is out of files, memory or epoll watches"
            case EAGAIN: "; raise the limit of threads (ulimit -u, TasksMax=)"
            default: ""
            }
        return "cannot \(operation.rawValue): \(String(cString: strerror(code)))\(remedy)"
    }
}
