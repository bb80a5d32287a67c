import Glibc
import ShardLoop
import Sockets
import TandemKit

/// Why the relay can't start.
public enum RelayStartError: Error, CustomStringConvertible {
    /// A loop or a thread can't be made.
    case loop(LoopError)
    /// The port of the NG protocol can't be opened.
    case ng(Endpoint, code: Int32)
    /// The socket for commands can't be made.
    case socket(UnixListenerError)
    /// Nothing can be bound to an interface's address.
    case address(interface: String, IPAddress, code: Int32)
    /// An interface's range has no pair of ports.
    case tooFewPorts(interface: String)

    /// One sentence with the remedy.
    public var description: String {
        switch self {
        case .loop(let error): "the relay can't start: \(error)"
        case .ng(let endpoint, let code):
            "cannot open udp \(endpoint) for the NG protocol: \(String(cString: strerror(code))); "
                + "choose another address or port for it"
        case .socket(let error): "\(error.message(name: "relay's socket")); \(error.remedy(setting: "media.socket"))"
        case .address(let interface, let address, EADDRNOTAVAIL):
            "interface `\(interface)`: the address \(address) is not on this host; choose one that `ip address` shows, "
                + "and write the one that peers see as advertise"
        case .address(let interface, let address, let code):
            "interface `\(interface)`: no port of \(address) can be opened: \(String(cString: strerror(code))); "
                + "choose another address"
        case .tooFewPorts(let interface):
            "interface `\(interface)` has no even port with its next one in its range: widen it"
        }
    }
}
