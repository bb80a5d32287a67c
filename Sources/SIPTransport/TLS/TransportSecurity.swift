/// By what the TLS connections of a configuration are made: one context for each listener, one for each identity that we
/// connect to. Never changed; a new configuration, or new files, make another one.
public final class TransportSecurity: Sendable {
    let servers: [TLSContext?]
    let clients: [TLSContext?]

    /// - Parameters:
    ///   - servers: By listener; nil for those without TLS.
    ///   - clients: By `Flow.identity` less one; nil for those without TLS.
    public init(servers: [TLSContext?] = [], clients: [TLSContext?] = []) {
        self.servers = servers
        self.clients = clients
    }

    func server(of listener: UInt16) -> TLSContext? {
        Int(listener) < servers.count ? servers[Int(listener)] : nil
    }

    func client(for identity: UInt16) -> TLSContext? {
        identity > 0 && Int(identity) <= clients.count ? clients[Int(identity) - 1] : nil
    }
}
