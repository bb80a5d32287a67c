import Glibc
import ShardLoop
import TandemKit

/// Why the relay can't start.
public enum RelayStartError: Error, CustomStringConvertible {
    /// A loop or a thread can't be made.
    case loop(LoopError)
    /// The port for commands can't be opened.
    case control(Endpoint, code: Int32)
    /// An interface has too few ports for the threads.
    case tooFewPorts(interface: String, threads: Int)

    /// One sentence with the remedy.
    public var description: String {
        switch self {
        case .loop(let error): "the relay can't start: \(error)"
        case .control(let endpoint, let code):
            "cannot open udp \(endpoint) for commands to the relay: \(String(cString: strerror(code)))"
        case .tooFewPorts(let interface, let threads):
            "interface `\(interface)` has too few ports for \(threads) threads: widen its range"
        }
    }
}
