import COpenSSL
import SIPTransaction
import TandemKit
import Testing
import Timing

@testable import SIPTransport

/// What happens to TLS connections once they are there, and to those that follow them.
struct TLSConnectionTests {
    static let options = StreamFramerTests.options

    private func context(_ version: Int32) throws -> TLSContext {
        let context = try TLSBed.client()
        tandem_ctx_set_max_version(context.pointer, version)
        return context
    }

    @Test(
        "A connection that follows another one takes its session up, with TLS 1.2 and 1.3",
        arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func resumption(version: Int32) throws {
        let tls = try TLSBed(client: context(version))
        for round in 0..<3 {
            #expect(tls.exchange() == nil)
            // The answer brings the tickets of TLS 1.3 along.
            _ = tls.bed.send(Self.options, to: tls.bed.received[2 * round].flow)
            #expect(tls.bed.run { tls.bed.received.count == 2 * round + 2 })
            tls.bed.transport.end(tls.bed.received[2 * round + 1].flow)
            #expect(tls.bed.run { tls.bed.transport.connectionCount == 0 })
        }
        // Both sides count.
        #expect(tls.bed.transport.counters.handshakesDone == 6 && tls.bed.transport.counters.handshakesResumed == 4)
    }

    @Test("A resumed session still says who the client is")
    func resumedIdentity() throws {
        let own = try TestCertificates.shared.make("uc", "DNS:uc.example.net")
        let tls = try TLSBed(server: TLSBed.server(clients: .demanded), client: TLSBed.client(own))
        tls.bed.onIdentify = { $0?.prove(PeerIdentity("uc.example.net")) == true ? 3 : 0 }
        for round in 0..<2 {
            #expect(tls.exchange() == nil)
            #expect(tls.bed.received[2 * round].flow.identity == 3)
            _ = tls.bed.send(Self.options, to: tls.bed.received[2 * round].flow)
            #expect(tls.bed.run { tls.bed.received.count == 2 * round + 2 })
            tls.bed.transport.end(tls.bed.received[2 * round + 1].flow)
            #expect(tls.bed.run { tls.bed.transport.connectionCount == 0 })
        }
        #expect(tls.bed.transport.counters.handshakesResumed == 2)
    }

    @Test("F86 in part: other certificates count for new connections; those that are up go on with theirs")
    func exchange() throws {
        let tls = try TLSBed()
        #expect(tls.exchange() == nil)
        let first = try #require(tls.bed.received.first).flow
        let made = TestCertificates.shared
        let next = try TLSBed.server(made.make("gw", "DNS:gw.example.net", by: "stranger"))
        tls.bed.transport.security = TransportSecurity(
            servers: [next, next], clients: [try TLSBed.client(trust: .file(made.path("stranger.pem")))])
        #expect(tls.bed.send(Self.options, to: first) == .accepted(connection: first.connection))
        #expect(tls.bed.run { tls.bed.received.count == 2 })
        let old = tls.bed.received[1].flow
        tls.bed.transport.end(old)
        #expect(tls.bed.run { tls.bed.transport.connectionCount == 0 })
        #expect(tls.exchange() == nil)
        #expect(tls.bed.transport.counters.handshakesDone == 4 && tls.bed.transport.counters.handshakesResumed == 0)
    }

    @Test("A peer that says good-bye ends the connection in order, and hears ours")
    func goodBye() throws {
        let tls = try TLSBed()
        #expect(tls.exchange() == nil)
        tls.bed.transport.end(try #require(tls.bed.received.first).flow)
        #expect(tls.bed.run { tls.bed.transport.connectionCount == 0 })
        #expect(tls.bed.failed.map(\.failure) == [.closedByPeer])
    }

    @Test("Messages that were sent while the connection was being made arrive in order")
    func queued() throws {
        let tls = try TLSBed()
        for number in 0..<50 {
            _ = tls.bed.send("OPTIONS sip:\(number) SIP/2.0\r\nContent-Length: 0\r\n\r\n", to: tls.flow())
        }
        #expect(tls.bed.run { tls.bed.received.count == 50 })
        #expect(tls.bed.received.enumerated().allSatisfy { $1.text.hasPrefix("OPTIONS sip:\($0) ") })
        #expect(tls.bed.transport.counters.connectionsOpened == 1)
    }

    @Test("The server is asked for by the name that its certificate has to prove (SNI)")
    func serverName() throws {
        let tls = try TLSBed()
        #expect(tls.exchange() == nil)
        let number = ConnectionID(raw: try #require(tls.bed.received.first).flow.connection)
        let stream = try #require(tls.bed.transport.table[number]?.tls)
        #expect(SSL_get_servername(stream.ssl, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) } == TLSBed.gateway)
    }

    @Test("Who asks for another handshake within TLS 1.2 gets none, and loses its own connection alone")
    func renegotiation() throws {
        let client = try context(TLS1_2_VERSION)
        SSL_CTX_clear_options(client.pointer, 1 << 30)  // SSL_OP_NO_RENEGOTIATION
        let tls = try TLSBed(client: client)
        #expect(tls.exchange() == nil)
        _ = tls.bed.send(Self.options, to: tls.bed.received[0].flow)
        #expect(tls.bed.run { tls.bed.received.count == 2 })
        let stream = try #require(tls.bed.transport.table[ConnectionID(raw: tls.bed.received[1].flow.connection)]?.tls)
        #expect(SSL_renegotiate(stream.ssl) == 1)
        _ = stream.shakeHands()
        #expect(tls.bed.run { tls.bed.transport.connectionCount == 0 })
        #expect(tls.bed.failed.first?.failure.tls == .broken(cause: "no renegotiation"))
        #expect(tls.bed.transport.counters.handshakesDone == 2 && tls.exchange() == nil)
    }

    @Test("Keys are changed under a connection without a loss (TLS 1.3 key update)")
    func keyUpdate() throws {
        let tls = try TLSBed()
        tls.bed.onReceive = { bed, message in
            if message.flow.listener == 0 { _ = bed.send(message.text, to: message.flow) }
        }
        #expect(tls.exchange() == nil && tls.bed.run { tls.bed.received.count == 2 })
        for flow in tls.bed.received.map(\.flow) {
            let connection = try #require(tls.bed.transport.table[ConnectionID(raw: flow.connection)])
            #expect(SSL_key_update(try #require(connection.tls).ssl, SSL_KEY_UPDATE_REQUESTED) == 1)
            _ = tls.bed.send(Self.options, to: tls.flow())
            let before = tls.bed.received.count
            #expect(tls.bed.run { tls.bed.received.count == before + 2 })
        }
    }
}
