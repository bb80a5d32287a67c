import Foundation
import SIPTransaction
import TandemKit
import Testing
import Timing

@testable import SIPTransport

@Suite("WebSocket clients (RFC 6455, RFC 7118)")
struct WebSocketTests {
    private static let request =
        "GET / HTTP/1.1\r\nHost: tandem.example.net\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Protocol: sip, other\r\n\r\n"

    /// A frame as a client sends it.
    private static func frame(
        _ kind: UInt8, _ payload: [UInt8], isFinal: Bool = true, mask: [UInt8] = [1, 2, 3, 4]
    ) -> [UInt8] {
        var bytes = [kind | (isFinal ? 0x80 : 0)]
        if payload.count < 126 {
            bytes.append(0x80 | UInt8(payload.count))
        } else {
            bytes += [0xFE, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        }
        return bytes + mask + payload.enumerated().map { $1 ^ mask[$0 & 3] }
    }

    /// What a reader makes of bytes that come in pieces of `step`.
    private static func read(_ bytes: [UInt8], step: Int, limit: Int = 1_000) throws(WebSocketError) -> [String] {
        var reader = WebSocketReader(limit: limit)
        var told: [String] = []
        var failure: WebSocketError?
        for start in stride(from: 0, to: bytes.count, by: step) {
            Array(bytes[start..<min(start + step, bytes.count)]).withUnsafeBytes { piece in
                var rest = piece
                do throws(WebSocketError) {
                    while failure == nil, let event = try reader.next(&rest) {
                        switch event {
                        case .message(let bytes): told.append("message \(String(decoding: bytes, as: UTF8.self))")
                        case .ping(let bytes): told.append("ping \(bytes)")
                        case .pong: told.append("pong")
                        case .close(let bytes): told.append("close \(bytes)")
                        }
                    }
                } catch { failure = error }
            }
        }
        if let failure { throw failure }
        return told
    }

    @Test("The key is answered as RFC 6455 §1.3 shows, however the request comes apart", arguments: [1, 7, 4_096])
    func handshake(step: Int) {
        var handshake = WebSocketHandshake()
        var outcome = WebSocketHandshake.Outcome.incomplete
        let bytes = Array(Self.request.utf8) + [0x81]
        for start in stride(from: 0, to: bytes.count, by: step) where outcome == .incomplete {
            outcome = Array(bytes[start..<min(start + step, bytes.count)]).withUnsafeBytes { handshake.take($0) }
        }
        guard case .accepted(let answer, let rest) = outcome else { return #expect(Bool(false), "\(outcome)") }
        #expect(answer.contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
        #expect(answer.contains("\r\nSec-WebSocket-Protocol: sip\r\n"))
        #expect(rest == min(Self.request.utf8.count % step, 1))
    }

    @Test(
        "A request that asks for no WebSocket of SIP is refused",
        arguments: [
            ("Upgrade: websocket", "Upgrade: h2c", 426), ("Version: 13", "Version: 8", 426),
            ("Protocol: sip, other", "Protocol: chat", 400), ("GET / HTTP/1.1", "POST / HTTP/1.1", 400),
            ("Key: dGhlIHNhbXBsZSBub25jZQ==", "Key: short", 400),
        ])
    func refused(wrong: (part: String, by: String, status: Int)) throws {
        let place = try #require(Self.request.range(of: wrong.part))
        let text = Self.request.replacingCharacters(in: place, with: wrong.by)
        var handshake = WebSocketHandshake()
        guard case .refused(let answer) = Array(text.utf8).withUnsafeBytes({ handshake.take($0) }) else {
            return #expect(Bool(false))
        }
        #expect(answer.hasPrefix("HTTP/1.1 \(wrong.status) "))
    }

    @Test("A request without end is refused, and no more of it kept than its bound")
    func endless() {
        var handshake = WebSocketHandshake()
        let line = Array("X: \(String(repeating: "x", count: 1_000))\r\n".utf8)
        var outcome = Array("GET / HTTP/1.1\r\n".utf8).withUnsafeBytes { handshake.take($0) }
        for _ in 0..<9 where outcome == .incomplete { outcome = line.withUnsafeBytes { handshake.take($0) } }
        guard case .refused(let answer) = outcome else { return #expect(Bool(false)) }
        #expect(answer.hasPrefix("HTTP/1.1 431 ") && handshake.bytes.count <= WebSocketHandshake.limit + 1)
    }

    @Test("Fragments make one message, and what is between them comes first", arguments: [1, 3, 1_000])
    func fragments(step: Int) throws {
        let bytes =
            Self.frame(1, Array("OPT".utf8), isFinal: false) + Self.frame(9, [7, 8])
            + Self.frame(0, Array("IO".utf8), isFinal: false) + Self.frame(10, []) + Self.frame(0, Array("NS".utf8))
            + Self.frame(2, Array(repeating: 65, count: 300)) + Self.frame(8, [3, 232, 65])
        let long = "message \(String(repeating: "A", count: 300))"
        #expect(try Self.read(bytes, step: step) == ["ping [7, 8]", "pong", "message OPTIONS", long, "close [3, 232]"])
    }

    @Test("What breaks the protocol ends it, and so does what is too long")
    func broken() throws {
        let text = Array("hello".utf8)
        var unmasked = Self.frame(1, text)
        unmasked[1] &= 0x7F
        var reserved = Self.frame(1, text)
        reserved[0] |= 0x40
        let wrong = [
            unmasked, reserved, Self.frame(3, text), Self.frame(0, text), Self.frame(9, text, isFinal: false),
            Self.frame(1, text, isFinal: false) + Self.frame(1, text), [0x89, 0xFE, 0, 126, 1, 2, 3, 4],
        ]
        for bytes in wrong { #expect(throws: WebSocketError.protocolError) { try Self.read(bytes, step: 1) } }
        #expect(throws: WebSocketError.tooLong) {
            try Self.read(Self.frame(1, text, isFinal: false) + Self.frame(0, text), step: 5, limit: 9)
        }
        #expect(throws: WebSocketError.tooLong) {
            try Self.read([0x81, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4], step: 14)
        }
    }

    @Test("Bytes at random end in messages or a refusal, and no more is kept than the bound", arguments: 0..<50)
    func random(seed: UInt64) {
        var random = SplitMix(state: seed)
        var reader = WebSocketReader(limit: 64)
        for _ in 0..<200 {
            let bytes = (0..<Int(random.next() % 40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            var isBroken = false
            bytes.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
                var rest = bytes
                do throws(WebSocketError) {
                    while let event = try reader.next(&rest) {
                        if case .message(let message) = event { #expect(message.count <= 64) }
                    }
                } catch { isBroken = true }
            }
            if isBroken { reader = WebSocketReader(limit: 64) }
        }
    }

    /// A client that has been let in.
    private func connected(_ bed: TransportBed) throws -> Peer {
        let peer = Peer(connectedTo: try bed.listen(.ws))
        peer.send(Self.request)
        #expect(bed.run { bed.transport.counters.webSocketsOpened == 1 })
        bed.runReady()
        #expect(peer.receive()?.text.hasPrefix("HTTP/1.1 101 ") == true)
        return peer
    }

    @Test("Messages come without Content-Length, and ours go in a frame each on the client's flow")
    func messages() throws {
        let bed = try TransportBed()
        let peer = try connected(bed)
        peer.send(bytes: Self.frame(1, Array("REGISTER sip:a SIP/2.0\r\n\r\n".utf8)) + Self.frame(2, Array("two".utf8)))
        #expect(bed.run { bed.received.count == 2 })
        #expect(bed.received.map(\.text) == ["REGISTER sip:a SIP/2.0\r\n\r\n", "two"])
        let flow = bed.received[0].flow
        #expect(flow.transport == .ws && flow.connection != 0)
        #expect(bed.send("hello", to: flow) == .accepted(connection: flow.connection))
        #expect(peer.receiveBytes() == [0x81, 5] + Array("hello".utf8))
        let long = String(repeating: "x", count: 300)
        _ = bed.send(long, to: flow)
        #expect(peer.receiveBytes() == [0x81, 126, 1, 44] + Array(long.utf8))
    }

    @Test("Pings of both kinds are answered, once a read")
    func pings() throws {
        let bed = try TransportBed()
        let peer = try connected(bed)
        peer.send(bytes: Self.frame(9, [5]) + Self.frame(9, [6]))
        #expect(bed.run { bed.transport.counters.keepAlives == 1 })
        #expect(peer.receiveBytes() == [0x8A, 1, 5])
        peer.send(bytes: Self.frame(1, [13, 10, 13, 10]))
        #expect(bed.run { bed.transport.counters.keepAlives == 2 })
        #expect(peer.receiveBytes() == [0x81, 2, 13, 10] && bed.received.isEmpty)
    }

    @Test("A Close is answered with a Close, and what is wrong is told in one; then the connection ends")
    func close() throws {
        for (sent, told) in [(Self.frame(8, [3, 232]), [UInt8(3), 232]), ([0x81, 5], [3, 234])] {
            let bed = try TransportBed()
            let peer = try connected(bed)
            peer.send(bytes: sent)
            #expect(bed.run { !bed.failed.isEmpty })
            bed.runReady()
            #expect(peer.receiveBytes() == [0x88, 2] + told && peer.receiveBytes().isEmpty)
            #expect(bed.send("late", to: bed.failed[0].flow) == .failed(.connectionGone))
        }
    }

    @Test("Who never asks for a WebSocket, or asks byte by byte, is shut out in time; we connect to nobody")
    func slow() throws {
        var limits = TransportLimits()
        limits.messageTimeout = .milliseconds(80)
        let bed = try TransportBed(limits: limits)
        let place = try bed.listen(.ws)
        let peers = [Peer(connectedTo: place), Peer(connectedTo: place)]
        peers[0].send("GET / HT")
        #expect(bed.run { bed.transport.counters.connectionsAccepted == 2 })
        #expect(bed.run { bed.transport.connectionCount == 0 })
        #expect(bed.send("x", to: Flow(listener: 0, transport: .ws, remote: place)) == .failed(.connectionGone))
    }
}
