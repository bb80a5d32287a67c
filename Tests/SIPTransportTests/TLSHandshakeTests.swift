import COpenSSL
import SIPTransaction
import TandemKit
import Testing
import Timing

@testable import SIPTransport

/// Who is let in over TLS, and what becomes of those who never finish their handshake.
struct TLSHandshakeTests {
    static let options = StreamFramerTests.options

    // MARK: Mutual TLS

    @Test("F03: a listener that demands certificates lets nobody in without one")
    func demanded() throws {
        let tls = try TLSBed(server: TLSBed.server(clients: .demanded))
        // With TLS 1.3 the client learns it after its own handshake.
        _ = tls.bed.send(Self.options, to: tls.flow())
        #expect(tls.bed.run { tls.bed.failed.count == 1 && tls.bed.shutOut.count == 1 })
        #expect(tls.bed.shutOut.first?.failure.tls == .noCertificate)
        let told = tls.bed.failed.first { $0.flow.listener == 1 }?.failure
        #expect(told?.tls == .refused(alert: "certificate required"))
        #expect(tls.bed.received.isEmpty)
    }

    @Test("F03: what a client's certificate proves goes with all its messages; one without is nobody")
    func identified() throws {
        let own = try TestCertificates.shared.make("uc", "URI:sip:uc.example.net,DNS:fe.example.net")
        let tls = try TLSBed(server: TLSBed.server(clients: .asked), client: TLSBed.client(own))
        tls.bed.onIdentify = { $0?.prove(PeerIdentity("uc.example.net")) == true ? 7 : 0 }
        #expect(tls.exchange() == nil)
        #expect(tls.bed.received.first?.flow.identity == 7)

        let other = try TLSBed(server: TLSBed.server(clients: .asked))
        other.bed.onIdentify = { $0 == nil ? 0 : 7 }
        #expect(other.exchange() == nil)
        #expect(other.bed.received.first?.flow.identity == 0)
    }

    @Test("A client's certificate of an unknown issuer is refused where one is only asked for, too")
    func badClientCertificate() throws {
        let own = try TestCertificates.shared.make("uc", "DNS:uc.example.net", by: "stranger")
        let tls = try TLSBed(server: TLSBed.server(clients: .asked), client: TLSBed.client(own))
        _ = tls.bed.send(Self.options, to: tls.flow())
        #expect(tls.bed.run { !tls.bed.shutOut.isEmpty })
        let told = tls.bed.shutOut.first?.failure
        #expect(told?.tls == .unknownIssuer(certificate: "uc.example.net", issuer: "CN=stranger"))
    }

    @Test("A request of ours takes a connection that we accepted only once its peer has proved an identity")
    func reuse() throws {
        let own = try TestCertificates.shared.make("uc", "DNS:uc.example.net")
        let tls = try TLSBed(server: TLSBed.server(clients: .asked), client: TLSBed.client(own))
        tls.bed.onIdentify = { $0 == nil ? 0 : 1 }
        #expect(tls.exchange() == nil)
        let inbound = try #require(tls.bed.received.first).flow
        #expect(tls.bed.send(Self.options, to: inbound.withoutConnection) == .accepted(connection: inbound.connection))

        let other = try TLSBed(server: TLSBed.server(clients: .asked))
        #expect(other.exchange() == nil)
        let unknown = try #require(other.bed.received.first).flow
        #expect(other.bed.send(Self.options, to: unknown.withoutConnection) == .failed(TransportFailure(.nobodyNamed)))
    }

    // MARK: Versions

    @Test("F86 in part: no version in common is said so on both sides")
    func versions() throws {
        let context = try TLSBed.client()
        tandem_ctx_set_max_version(context.pointer, TLS1_2_VERSION)
        let tls = try TLSBed(server: TLSBed.server(least: .tls13), client: context)
        #expect(tls.exchange()?.tls == .noCommonVersion)
        #expect(tls.bed.run { !tls.bed.shutOut.isEmpty })
        #expect(tls.bed.shutOut.first?.failure.tls == .noCommonVersion)
    }

    @Test("A message goes over TLS 1.2 as well")
    func oldVersion() throws {
        let context = try TLSBed.client()
        tandem_ctx_set_max_version(context.pointer, TLS1_2_VERSION)
        #expect(try TLSBed(client: context).exchange() == nil)
    }

    // MARK: Bounds

    private func limits(_ change: (inout TransportLimits) -> Void) -> TransportLimits {
        var limits = TransportLimits()
        change(&limits)
        return limits
    }

    @Test("A handshake that never ends is ended for it", arguments: [0, 1, 5, 40])
    func silent(bytes: Int) throws {
        let tls = try TLSBed(limits: limits { $0.handshakeTimeout = .milliseconds(50) })
        let peer = Peer(connectedTo: tls.server)
        if bytes > 0 { peer.send(bytes: Array(try Self.hello().prefix(bytes))) }
        #expect(tls.bed.run { !tls.bed.shutOut.isEmpty })
        #expect(tls.bed.shutOut.first?.failure.tls == .timedOut && tls.bed.failed.isEmpty)
        #expect(tls.bed.transport.counters.handshakesTimedOut == 1 && tls.bed.transport.connectionCount == 0)
    }

    @Test("A handshake byte by byte has the same time as any other")
    func slow() throws {
        let tls = try TLSBed(limits: limits { $0.handshakeTimeout = .milliseconds(80) })
        let peer = Peer(connectedTo: tls.server)
        var bytes = try Self.hello().prefix(200)[...]
        #expect(
            tls.bed.run {
                if let byte = bytes.popFirst() { peer.send(bytes: [byte]) }
                return !tls.bed.shutOut.isEmpty
            })
        #expect(tls.bed.shutOut.first?.failure.tls == .timedOut)
    }

    @Test("A peer that accepts and never shakes hands loses its connection, however often it is sent to")
    func silentServer() throws {
        let bed = try TransportBed(limits: limits { $0.handshakeTimeout = .milliseconds(80) })
        _ = try bed.listen(.tls, listener: 0)
        bed.transport.security = TransportSecurity(clients: [try TLSBed.client()])
        let server = Peer(listeningAt: TransportBed.loopback)
        let flow = Flow(listener: 0, transport: .tls, identity: 1, remote: server.endpoint)
        #expect(
            bed.run {
                if bed.failedUnnamed.isEmpty { _ = bed.send(Self.options, to: flow) }
                return !bed.failedUnnamed.isEmpty
            })
        #expect(bed.failedUnnamed.first?.failure.tls == .timedOut)
        #expect(bed.transport.counters.connectionsOpened == 1)
    }

    @Test("Connections without a handshake are bounded, those of one source and those of one listener")
    func halfOpen() throws {
        let few = try TLSBed(limits: limits { $0.handshakesPerSource = 3 })
        let peers = (0..<5).map { _ in Peer(connectedTo: few.server) }
        #expect(few.bed.run { few.bed.transport.counters.handshakesRefused == 2 })
        #expect(few.bed.transport.connectionCount == 3)
        for peer in peers { peer.endWriting() }
        #expect(few.bed.run { few.bed.transport.connectionCount == 0 })
        // Those that have ended make room, and so do those that are done.
        for _ in 0..<4 { #expect(few.exchange() == nil) }

        let all = try TLSBed(limits: limits { $0.handshakesPerListener = 2 })
        let others = (0..<3).map { _ in Peer(connectedTo: all.server) }
        #expect(all.bed.run { all.bed.transport.counters.handshakesRefused == 1 })
        withExtendedLifetime(others) {}
    }

    // MARK: Garbage

    /// The first flight of a client of ours.
    static func hello() throws -> [UInt8] {
        let bed = try TransportBed()
        _ = try bed.listen(.tls, listener: 0)
        bed.transport.security = TransportSecurity(clients: [try TLSBed.client()])
        let server = Peer(listeningAt: TransportBed.loopback)
        let flow = Flow(listener: 0, transport: .tls, identity: 1, remote: server.endpoint)
        _ = bed.send(options, to: flow)
        let accepted = server.accept()
        bed.runReady()
        return accepted.receiveBytes()
    }

    @Test(
        "F86 in part: random bytes and cut-off or spoiled handshakes end their connection and nothing else",
        arguments: 0..<8)
    func garbage(seed: UInt64) throws {
        let tls = try TLSBed(limits: limits { $0.handshakeTimeout = .milliseconds(300) })
        var random = SplitMix(state: seed)
        let hello = try Self.hello()
        for _ in 0..<48 {
            var bytes = hello
            switch random.next() % 4 {
            case 0:
                bytes = (0..<Int.random(in: 1...600, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
            case 1: bytes = Array(hello.prefix(Int.random(in: 1..<hello.count, using: &random)))
            case 2:
                for _ in 0..<Int.random(in: 1...8, using: &random) {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
            default:
                bytes += (0..<Int.random(in: 1...400, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
            }
            let peer = Peer(connectedTo: tls.server)
            if random.next() % 4 == 0 { peer.resetAtEnd() }
            peer.send(bytes: bytes)
            if random.next() % 2 == 0 { peer.endWriting() }
            tls.bed.runReady()
        }
        #expect(tls.bed.run { tls.bed.transport.connectionCount == 0 })
        #expect(tls.bed.received.isEmpty)
        #expect(tls.exchange() == nil, "the listener serves on")
        #expect(tls.bed.received.count == 1)
    }
}
