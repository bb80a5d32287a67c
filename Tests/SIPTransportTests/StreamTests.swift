import Glibc
import SIPTransaction
import ShardLoop
import TandemKit
import Testing
import Timing

@testable import SIPTransport

/// Connections that peers open to us, and what travels on them.
struct StreamTests {
    static let options = StreamFramerTests.options
    static let message = StreamFramerTests.message

    @Test(
        "A message that comes byte by byte is delivered once, and the answer goes back on its connection",
        arguments: [TransportBed.loopback, TransportBed.loopback6])
    func byteByByte(address: IPAddress) throws {
        let bed = try TransportBed()
        let peer = Peer(connectedTo: try bed.listen(.tcp, listener: 1, at: address))
        for byte in Self.message.utf8 {
            peer.send(String(UnicodeScalar(byte)))
            bed.loop.runBatch()
        }
        #expect(bed.run { !bed.received.isEmpty })
        #expect(bed.received.map(\.text) == [Self.message])
        let flow = try #require(bed.received.first?.flow)
        #expect(flow.listener == 1 && flow.transport == .tcp && flow.remote == peer.endpoint && flow.connection != 0)
        #expect(bed.send("answer", to: flow) == .accepted(connection: flow.connection))
        #expect(peer.receive()?.text == "answer")
    }

    @Test("Messages that come together are delivered in order on one flow")
    func pipelined() throws {
        let bed = try TransportBed()
        let peer = Peer(connectedTo: try bed.listen(.tcp))
        peer.send(Self.message + "\r\n" + Self.options + Self.message)
        #expect(bed.run { bed.received.count == 3 })
        #expect(bed.received.map(\.text) == [Self.message, Self.options, Self.message])
        #expect(Set(bed.received.map(\.flow)).count == 1)
        #expect(bed.transport.counters.messagesReceived == 3)
    }

    @Test("A double CRLF is answered with one CRLF")
    func keepAlive() throws {
        let bed = try TransportBed()
        let peer = Peer(connectedTo: try bed.listen(.tcp))
        peer.send("\r\n\r\n")
        #expect(bed.run { bed.transport.counters.keepAlives == 1 })
        #expect(peer.receive()?.text == "\r\n")
        #expect(bed.received.isEmpty)
    }

    @Test(
        "A message that can't be framed is answered, the answer arrives whole, and the connection ends",
        arguments: [("To: a", "400"), ("l: 65536", "513")])
    func unframeable(field: String, status: String) throws {
        let bed = try TransportBed()
        let peer = Peer(connectedTo: try bed.listen(.tcp))
        bed.refusal = "SIP/2.0 \(status)"
        let head = "BYE sip:a SIP/2.0\r\n\(field)\r\n\r\n"
        peer.send(head + String(repeating: "x", count: 5_000) + Self.options)
        #expect(bed.run { !bed.refusedHeads.isEmpty })
        peer.endWriting()
        #expect(bed.run { bed.transport.connectionCount == 0 })
        #expect(peer.read() == "SIP/2.0 \(status)")
        #expect(bed.refusedHeads == [head])
        #expect(bed.received.isEmpty)
        #expect(bed.failed.map(\.failure) == [.unframeable])
    }

    @Test("A stream without any end of a header is ended")
    func endlessHead() throws {
        let bed = try TransportBed()
        let peer = Peer(connectedTo: try bed.listen(.tcp))
        peer.send(String(repeating: "x", count: StreamFramer.defaultHeadLimit))
        #expect(bed.run { !bed.failed.isEmpty })
        #expect(bed.refusedHeads == [""])
        #expect(peer.receive() == nil)
    }

    @Test("After a peer has ended its side, its requests can still be answered")
    func halfClosed() throws {
        let bed = try TransportBed()
        let peer = Peer(connectedTo: try bed.listen(.tcp))
        peer.send(Self.options)
        peer.endWriting()
        #expect(bed.run { !bed.failed.isEmpty })
        #expect(bed.failed.map(\.failure) == [.closedByPeer])
        let flow = try #require(bed.received.first?.flow)
        #expect(bed.send("answer", to: flow) == .accepted(connection: flow.connection))
        #expect(peer.receive()?.text == "answer")
    }

    @Test("A connection whose peer has ended its side goes after the linger time, and is told once")
    func lingers() throws {
        var limits = TransportLimits()
        limits.lingerTimeout = .milliseconds(20)
        let bed = try TransportBed(limits: limits)
        let peer = Peer(connectedTo: try bed.listen(.tcp))
        peer.endWriting()
        #expect(bed.run { bed.transport.counters.connectionsEnded == 1 })
        #expect(bed.failed.map(\.failure) == [.closedByPeer])
        #expect(peer.receive() == nil)
    }

    @Test("A connection that is reset is told as lost")
    func reset() throws {
        let bed = try TransportBed()
        let place = try bed.listen(.tcp)
        var peer: Peer? = Peer(connectedTo: place)
        peer?.send(Self.options)
        #expect(bed.run { !bed.received.isEmpty })
        peer?.resetAtEnd()
        peer = nil
        #expect(bed.run { !bed.failed.isEmpty })
        #expect(bed.failed == [.init(failure: .connectionLost, flow: bed.received[0].flow)])
        #expect(bed.transport.connectionCount == 0)
    }

    @Test("The number of a connection that has ended never names another one")
    func staleNumber() throws {
        let bed = try TransportBed()
        let place = try bed.listen(.tcp)
        var flows: [Flow] = []
        for _ in 0..<3 {
            var peer: Peer? = Peer(connectedTo: place)
            peer?.send(Self.options)
            #expect(bed.run { bed.received.count == flows.count + 1 })
            for old in flows { #expect(bed.send("x", to: old) == .failed(.connectionGone)) }
            flows.append(bed.received[flows.count].flow)
            peer?.resetAtEnd()
            peer = nil
            #expect(bed.run { bed.transport.connectionCount == 0 })
        }
        #expect(Set(flows.map { ConnectionID(raw: $0.connection).place }).count == 1)
        #expect(Set(flows.map(\.connection)).count == 3)
    }

    @Test("A connection's number tells the shard that owns it; another shard refuses it")
    func foreignShard() throws {
        let bed = try TransportBed(shard: 7)
        let peer = Peer(connectedTo: try bed.listen(.tcp))
        peer.send(Self.options)
        #expect(bed.run { !bed.received.isEmpty })
        let flow = bed.received[0].flow
        #expect(ConnectionID(raw: flow.connection).shard == 7)
        let other = try TransportBed(shard: 8)
        _ = try other.listen(.tcp)
        #expect(other.send("x", to: flow) == .failed(.connectionGone))
    }

    @Test("The delegate may end a connection while its messages are delivered; the rest is not delivered")
    func endWhileDelivering() throws {
        let bed = try TransportBed()
        let peer = Peer(connectedTo: try bed.listen(.tcp))
        bed.onReceive = { bed, message in
            _ = bed.send("bye", to: message.flow)
            bed.transport.end(message.flow)
        }
        peer.send(Self.options + Self.options)
        #expect(peer.reads("bye", while: bed))
        #expect(bed.received.count == 1)
        peer.endWriting()
        #expect(bed.run { bed.transport.connectionCount == 0 })
        #expect(bed.failed.isEmpty)
    }

    @Test("Several hundred connections at once are each served on their own flow")
    func manyConnections() throws {
        var limits = TransportLimits()
        limits.connectionsPerSource = 400
        let bed = try TransportBed(limits: limits)
        let place = try bed.listen(.tcp)
        bed.onReceive = { bed, message in _ = bed.send("to \(message.flow.remote.port)", to: message.flow) }
        let peers = (0..<400).map { _ in Peer(connectedTo: place) }
        for peer in peers { peer.send(Self.options) }
        #expect(bed.run { bed.received.count == 400 })
        for peer in peers { #expect(peer.receive()?.text == "to \(peer.endpoint.port)") }
        #expect(bed.transport.connectionCount == 400)
    }

    @Test("Closing ends every connection at once")
    func close() throws {
        let bed = try TransportBed()
        let place = try bed.listen(.tcp)
        let peers = (0..<3).map { _ in Peer(connectedTo: place) }
        #expect(bed.run { bed.transport.connectionCount == 3 })
        bed.transport.close()
        #expect(bed.loop.watchCount == 0 && bed.transport.connectionCount == 0)
        for peer in peers { #expect(peer.receive() == nil) }
    }
}

extension Peer {
    /// Runs the bed until this stream has brought `text`.
    func reads(_ text: String, while bed: TransportBed) -> Bool {
        bed.run { !bed.received.isEmpty } && read(text.utf8.count) == text
    }
}
