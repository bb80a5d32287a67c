import TandemKit

extension TransportProtocol {
    /// Whether TLS is spoken.
    var isSecured: Bool { self == .tls || self == .wss }
    /// Whether messages travel in frames of RFC 6455.
    var isWebSocket: Bool { self == .ws || self == .wss }
}
