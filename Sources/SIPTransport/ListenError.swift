import Glibc
import TandemKit

/// We can't listen where the configuration says.
public struct ListenError: Error, Equatable, CustomStringConvertible {
    /// The transport of the listener.
    public let transport: TransportProtocol
    /// The address and port of the listener.
    public let endpoint: Endpoint
    /// The kernel's error number.
    public let code: Int32

    /// One sentence: what, where, why, and what to do about it.
    public var description: String {
        "cannot listen on \(transport) \(endpoint): \(causeAndRemedy)"
    }

    private var causeAndRemedy: String {
        switch code {
        case EADDRINUSE:
            "the port is in use; stop the program that has it (ss -lnp shows which), or choose another port"
        case EACCES:
            "ports below 1024 are not permitted to this user; choose a higher port, or grant CAP_NET_BIND_SERVICE"
        case EADDRNOTAVAIL:
            "the address is not on this host; choose one that `ip address` shows, or the wildcard address"
        case EAFNOSUPPORT:
            "this host has no \(endpoint.address.isIPv6 ? "IPv6" : "IPv4"); choose an address of the other family"
        case EMFILE, ENFILE:
            "too many open files; raise the limit (ulimit -n, LimitNOFILE=)"
        case EINVAL where endpoint.address.isIPv6:
            "\(String(cString: strerror(code))); a link-local address needs its interface (%eth0)"
        default:
            "\(String(cString: strerror(code))); choose another address or port"
        }
    }
}
