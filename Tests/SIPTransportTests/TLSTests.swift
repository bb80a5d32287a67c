import SIPTransaction
import TandemKit
import Testing
import Timing

@testable import SIPTransport

/// SIP over TLS, both sides of it.
struct TLSTests {
    static let options = StreamFramerTests.options

    @Test("F03: a message goes over TLS, and its answer comes back on the same connection")
    func roundTrip() throws {
        let tls = try TLSBed()
        #expect(tls.exchange() == nil)
        let first = try #require(tls.bed.received.first)
        #expect(first.text == Self.options && first.flow.listener == 0 && first.flow.transport == .tls)
        #expect(tls.bed.send(Self.options, to: first.flow) == .accepted(connection: first.flow.connection))
        #expect(tls.bed.run { tls.bed.received.count == 2 })
        #expect(tls.bed.received[1].flow.listener == 1 && tls.bed.received[1].flow.identity == 1)
        #expect(tls.bed.transport.counters.handshakesDone == 2)
    }

    @Test("A megabyte each way arrives whole and in order")
    func bulk() throws {
        var limits = TransportLimits()
        limits.queuedStreamBytes = 4 << 20
        let tls = try TLSBed(limits: limits)
        let body = String(repeating: "0123456789abcdef", count: 2048)
        let message = "MESSAGE sip:a SIP/2.0\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        tls.bed.onReceive = { bed, message in
            if message.flow.listener == 0 { _ = bed.send(message.text, to: message.flow) }
        }
        for _ in 0..<32 { _ = tls.bed.send(message, to: tls.flow()) }
        #expect(tls.bed.run { tls.bed.received.count == 64 })
        #expect(tls.bed.received.allSatisfy { $0.text == message })
    }

    @Test("F86 in part: a certificate of another name is refused by the client, and said so")
    func wrongName() throws {
        let tls = try TLSBed(client: TLSBed.client(identity: "sbc.example.org"))
        #expect(tls.exchange()?.tls == .wrongName(names: TLSBed.gateway, wanted: "sbc.example.org"))
        #expect(tls.bed.run { !tls.bed.shutOut.isEmpty })
        let told = tls.bed.shutOut.first?.failure
        #expect(told?.description == "the peer refused the TLS connection: bad certificate")
        #expect(tls.bed.received.isEmpty)
    }

    @Test("F86 in part: a certificate that has expired is refused, with its day")
    func expired() throws {
        let old = try TestCertificates.shared.make("old", "DNS:\(TLSBed.gateway)", days: -1)
        let failure = try TLSBed(server: TLSBed.server(old)).exchange()
        guard case .expired(certificate: TLSBed.gateway, day: let day)? = failure?.tls else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(day.count == 10)
    }

    @Test("F86 in part: a certificate of an unknown issuer is refused, and one that signed itself")
    func unknownIssuer() throws {
        let made = TestCertificates.shared
        let foreign = try made.make("gw", "DNS:\(TLSBed.gateway)", by: "stranger")
        #expect(
            try TLSBed(server: TLSBed.server(foreign)).exchange()?.tls
                == .unknownIssuer(certificate: TLSBed.gateway, issuer: "CN=stranger"))
        let own = TLSCredentials(certificate: made.path("stranger.pem"), key: made.path("stranger.key"))
        #expect(try TLSBed(server: TLSBed.server(own)).exchange()?.tls == .selfSigned(certificate: "stranger"))
    }

    @Test("A connection for which no identity is wanted is not made")
    func nobodyNamed() throws {
        let tls = try TLSBed()
        #expect(tls.bed.send(Self.options, to: tls.flow(identity: 0)) == .failed(TransportFailure(.nobodyNamed)))
    }

    @Test("Plain SIP on a TLS port ends the connection, and nothing of it is delivered")
    func plainBytes() throws {
        let tls = try TLSBed()
        let peer = Peer(connectedTo: tls.server)
        peer.send(Self.options)
        #expect(tls.bed.run { !tls.bed.shutOut.isEmpty })
        #expect(tls.bed.shutOut.first?.failure.tls == .notTLS && tls.bed.failed.isEmpty)
        #expect(tls.bed.received.isEmpty && tls.bed.run { tls.bed.transport.connectionCount == 0 })
    }
}
