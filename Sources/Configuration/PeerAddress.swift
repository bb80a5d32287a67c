public import TandemKit

/// A host as written: an address literal, or a name that has to be resolved.
public enum Host: Hashable, Sendable, CustomStringConvertible {
    /// An address literal.
    case address(IPAddress)
    /// A DNS name, lower case.
    case name(String)

    /// As it stands in a URI: IPv6 literals in brackets.
    public var description: String {
        switch self {
        case .address(let address): address.isIPv6 ? "[\(address)]" : "\(address)"
        case .name(let name): name
        }
    }
}

/// Where a trunk's requests go: `host[:port][;transport=tcp]`.
public struct PeerAddress: Hashable, Sendable, CustomStringConvertible {
    /// The peer's host.
    public let host: Host
    /// The peer's port; 5060, or 5061 over TLS, when none was written (RFC 3261 §19.1.2).
    public let port: UInt16
    /// How messages travel: the listener's transport.
    public let transport: TransportProtocol
    /// Whether a port was written: without one DNS may name another (RFC 3263 §4.2).
    public let hasPort: Bool
    /// Whether a transport was written: without one DNS may choose among ours (RFC 3263 §4.1).
    public let hasTransport: Bool

    /// Joins the parts.
    public init(
        host: Host, port: UInt16, transport: TransportProtocol, hasPort: Bool = true, hasTransport: Bool = true
    ) {
        self.host = host
        self.port = port
        self.transport = transport
        // An address is where it is, whatever is written beside it.
        if case .address = host {
            (self.hasPort, self.hasTransport) = (true, true)
        } else {
            (self.hasPort, self.hasTransport) = (hasPort, hasTransport)
        }
    }

    /// `gw.example.net:5060`: without a port when DNS is to find it.
    public var authority: String {
        hasPort ? "\(host):\(port)" : "\(host)"
    }

    /// `gw.example.net:5060;transport=tcp`.
    public var description: String { "\(authority);transport=\(transport)" }
}

/// The host and port that peers shall see in our Via and Contact header fields.
public struct AdvertisedAddress: Hashable, Sendable, CustomStringConvertible {
    /// The host.
    public let host: Host
    /// The port.
    public let port: UInt16

    /// Joins host and port.
    public init(host: Host, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// `203.0.113.5:5070`.
    public var description: String { "\(host):\(port)" }
}
