import SIPTransaction
import TandemKit
import Testing

@testable import SIPTransport

/// A TLS server, listener 0, and a TLS client, listener 1, on one loop.
struct TLSBed {
    static let gateway = "gw.example.net"

    let bed: TransportBed
    let server: Endpoint

    /// Without another context the server is the gateway, and the client wants just that.
    init(server: TLSContext? = nil, client: TLSContext? = nil, limits: TransportLimits = TransportLimits()) throws {
        bed = try TransportBed(limits: limits)
        self.server = try bed.listen(.tls, listener: 0)
        _ = try bed.listen(.tls, listener: 1)
        let server = try server ?? Self.server()
        let client = try client ?? Self.client()
        bed.transport.security = TransportSecurity(servers: [server, server], clients: [client])
    }

    static func server(
        _ credentials: TLSCredentials? = nil, clients: ClientCertificates = .none, least: TLSVersion = .tls12
    ) throws -> TLSContext {
        let made = TestCertificates.shared
        let own = try credentials ?? made.make("gw", "DNS:\(gateway)")
        return try .server(own, clients: clients, trust: made.authority, least: least)
    }

    static func client(
        identity: String = gateway, _ credentials: TLSCredentials? = nil, trust: TLSTrust? = nil
    ) throws -> TLSContext {
        try .client(
            identity: PeerIdentity(identity), credentials: credentials,
            trust: trust ?? TestCertificates.shared.authority)
    }

    /// The way to the server, for the client.
    func flow(identity: UInt16 = 1) -> Flow {
        Flow(listener: 1, transport: .tls, identity: identity, remote: server)
    }

    /// Sends a message and waits until it has arrived or its connection has failed.
    func exchange(_ text: String = StreamFramerTests.options) -> TransportFailure? {
        let before = (bed.received.count, bed.failedUnnamed.count)
        _ = bed.send(text, to: flow())
        _ = bed.run { bed.received.count > before.0 || bed.failedUnnamed.count > before.1 }
        return bed.failedUnnamed.count > before.1 ? bed.failedUnnamed.last?.failure : nil
    }
}
