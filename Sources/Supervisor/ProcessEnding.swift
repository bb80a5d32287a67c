import CLinux
import Glibc

/// How a process ended.
public enum ProcessEnding: Hashable, Sendable, CustomStringConvertible {
    /// By itself, with this code.
    case exit(Int32)
    /// By this signal.
    case signal(Int32)

    /// From the status that `waitpid` gives.
    init(status: Int32) {
        let signal = status & 0x7F
        self = signal == 0 ? .exit(status >> 8 & 0xFF) : .signal(signal)
    }

    /// Whether this is how a process ends that was asked to: in order, or by the very signal, before it could take it.
    var isOrderly: Bool { self == .exit(0) || self == .signal(SIGTERM) }

    /// `exit code 1`, `SIGKILL`.
    public var description: String {
        switch self {
        case .exit(let code): "exit code \(code)"
        case .signal(let number): Self.name(number)
        }
    }

    /// A signal's name: `SIGKILL`.
    static func name(_ signal: Int32) -> String {
        sigabbrev_np(signal).map { "SIG" + String(cString: $0) } ?? "signal \(signal)"
    }
}
