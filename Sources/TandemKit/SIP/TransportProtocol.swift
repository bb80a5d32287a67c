/// How SIP messages travel between two hosts (RFC 3261 §18, RFC 7118).
@frozen public struct TransportProtocol: Hashable, Sendable, CustomStringConvertible {
    /// The number that stands for this transport in memory; no wire form.
    public let raw: UInt8

    /// Wraps a stored number. Use the named constants.
    @inlinable public init(raw: UInt8) { self.raw = raw }

    /// UDP datagrams.
    @inlinable public static var udp: TransportProtocol { TransportProtocol(raw: 0) }
    /// A TCP stream.
    @inlinable public static var tcp: TransportProtocol { TransportProtocol(raw: 1) }
    /// TLS over TCP.
    @inlinable public static var tls: TransportProtocol { TransportProtocol(raw: 2) }
    /// WebSocket (RFC 7118).
    @inlinable public static var ws: TransportProtocol { TransportProtocol(raw: 3) }
    /// WebSocket over TLS (RFC 7118).
    @inlinable public static var wss: TransportProtocol { TransportProtocol(raw: 4) }

    /// Whether the transport delivers in order and without loss, so that transactions need no retransmission
    /// (RFC 3261 §17).
    @inlinable public var isReliable: Bool { raw != 0 }

    /// The token of the Via header field: `UDP`, `TCP`, `TLS`, `WS`, `WSS`.
    public var viaToken: StaticString {
        switch raw {
        case 0: "UDP"
        case 1: "TCP"
        case 2: "TLS"
        case 3: "WS"
        default: "WSS"
        }
    }

    /// The lower-case token of the `transport` URI parameter.
    public var description: String {
        switch raw {
        case 0: "udp"
        case 1: "tcp"
        case 2: "tls"
        case 3: "ws"
        default: "wss"
        }
    }

    /// The transport named by a `transport` URI parameter or a Via token, in any case; nil when unknown.
    public init?(name: String) {
        switch name.lowercased() {
        case "udp": self = .udp
        case "tcp": self = .tcp
        case "tls": self = .tls
        case "ws": self = .ws
        case "wss": self = .wss
        default: return nil
        }
    }
}
