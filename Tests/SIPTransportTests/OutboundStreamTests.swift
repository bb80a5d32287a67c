import SIPTransaction
import ShardLoop
import TandemKit
import Testing
import Timing

@testable import SIPTransport

/// Connections that we open.
struct OutboundStreamTests {
    static let options = StreamFramerTests.options

    private func flow(to remote: Endpoint, connection: UInt64 = 0) -> Flow {
        Flow(listener: 0, transport: .tcp, connection: connection, remote: remote)
    }

    /// The connection's number of an accepted message.
    private func number(_ outcome: SendOutcome) throws -> UInt64 {
        guard case .accepted(let connection) = outcome else {
            Issue.record("not accepted: \(outcome)")
            return 0
        }
        return connection
    }

    @Test(
        "A message to a peer without a connection opens one; the next ones take it",
        arguments: [TransportBed.loopback, TransportBed.loopback6])
    func opensAndReuses(address: IPAddress) throws {
        let bed = try TransportBed()
        _ = try bed.listen(.tcp, at: address)
        let server = Peer(listeningAt: address)
        let first = try number(bed.send("one ", to: flow(to: server.endpoint)))
        let second = try number(bed.send("two ", to: flow(to: server.endpoint)))
        #expect(first != 0 && first == second)
        #expect(bed.run { bed.transport.counters.messagesSent == 2 })
        let peer = server.accept()
        bed.loop.runBatch()
        #expect(bed.send("three", to: flow(to: server.endpoint, connection: first)) == .accepted(connection: first))
        #expect(peer.read(13) == "one two three")
        peer.send(Self.options)
        #expect(bed.run { !bed.received.isEmpty })
        #expect(bed.received[0].flow == flow(to: server.endpoint, connection: first))
        #expect(bed.transport.counters.connectionsOpened == 1)
    }

    @Test("A request to a peer that has connected to us takes that connection")
    func reusesAccepted() throws {
        let bed = try TransportBed()
        let peer = Peer(connectedTo: try bed.listen(.tcp))
        peer.send(Self.options)
        #expect(bed.run { !bed.received.isEmpty })
        let inbound = bed.received[0].flow
        #expect(bed.send("hello", to: flow(to: peer.endpoint)) == .accepted(connection: inbound.connection))
        #expect(peer.receive()?.text == "hello")
    }

    @Test("A connection of one listener doesn't carry messages of another")
    func listenersAreApart() throws {
        let bed = try TransportBed()
        _ = try bed.listen(.tcp, listener: 0)
        _ = try bed.listen(.tcp, listener: 1)
        let server = Peer(listeningAt: TransportBed.loopback)
        let first = try number(bed.send("a", to: flow(to: server.endpoint)))
        let other = Flow(listener: 1, transport: .tcp, remote: server.endpoint)
        #expect(try number(bed.send("b", to: other)) != first)
        let stolen = Flow(listener: 1, transport: .tcp, connection: first, remote: server.endpoint)
        #expect(bed.send("c", to: stolen) == .failed(.connectionGone))
    }

    @Test("After a connection has ended, the next message to the peer opens another")
    func reopens() throws {
        let bed = try TransportBed()
        _ = try bed.listen(.tcp)
        let server = Peer(listeningAt: TransportBed.loopback)
        let first = try number(bed.send("one", to: flow(to: server.endpoint)))
        var peer: Peer? = server.accept()
        bed.loop.runBatch()
        #expect(peer?.read(3) == "one")
        peer = nil
        #expect(bed.run { !bed.failed.isEmpty })
        #expect(bed.failed[0].failure == .closedByPeer)
        #expect(try number(bed.send("two", to: flow(to: server.endpoint))) != first)
        let again = server.accept()
        bed.loop.runBatch()
        #expect(again.read(3) == "two")
    }

    @Test("A refused connect is told, at once or later, as refused")
    func refused() throws {
        let bed = try TransportBed()
        _ = try bed.listen(.tcp)
        let gone = Peer(datagramsAt: TransportBed.loopback).endpoint
        let outcome = bed.send("x", to: flow(to: gone))
        if outcome == .failed(.refused) { return }
        #expect(bed.run { !bed.failed.isEmpty })
        #expect(bed.failed.map(\.failure) == [.refused])
        #expect(bed.failed.map(\.flow.remote) == [gone])
        #expect(bed.transport.connectionCount == 0)
    }

    @Test("F11 in part: A connect that isn't answered is told as timed out, with the flow of its connection")
    func connectTimeout() throws {
        var limits = TransportLimits()
        #expect(limits.connectTimeout == .seconds(4))
        limits.connectTimeout = .milliseconds(30)
        let bed = try TransportBed(limits: limits)
        _ = try bed.listen(.tcp)
        let server = Peer(listeningAt: TransportBed.loopback, backlog: 0)
        // With its backlog full the kernel leaves further connects unanswered.
        let full = try TransportBed()
        for listener in 0..<8 as Range<UInt16> {
            _ = try full.listen(.tcp, listener: listener)
            _ = full.send("x", to: Flow(listener: listener, transport: .tcp, remote: server.endpoint))
        }
        let connection = try number(bed.send("x", to: flow(to: server.endpoint)))
        #expect(bed.run { !bed.failed.isEmpty })
        #expect(
            bed.failed == [.init(failure: .connectTimedOut, flow: flow(to: server.endpoint, connection: connection))])
        #expect(bed.failedUnnamed == [.init(failure: .connectTimedOut, flow: flow(to: server.endpoint))])
        #expect(bed.transport.connectionCount == 0)
    }

    @Test("The end of a connection that another one has replaced is not told for messages that name none")
    func replacedConnection() throws {
        let bed = try TransportBed()
        _ = try bed.listen(.tcp)
        let server = Peer(listeningAt: TransportBed.loopback)
        let first = try number(bed.send("one", to: flow(to: server.endpoint)))
        var old: Peer? = server.accept()
        bed.loop.runBatch()
        bed.transport.end(flow(to: server.endpoint, connection: first))
        let second = try number(bed.send("two", to: flow(to: server.endpoint)))
        #expect(second != first)
        old?.resetAtEnd()
        old = nil
        #expect(bed.run { bed.transport.connectionCount == 1 })
        #expect(bed.failedUnnamed.isEmpty)
    }

    @Test("What the delegate sends when a connection has failed goes on a new one, which isn't failed with it")
    func sendsInReturn() throws {
        let bed = try TransportBed()
        _ = try bed.listen(.tcp)
        let server = Peer(listeningAt: TransportBed.loopback)
        let place = flow(to: server.endpoint)
        _ = bed.send("one", to: place)
        var again: SendOutcome?
        bed.onFail = { bed, failed in
            if failed.flow.connection == 0 { again = bed.send("again", to: failed.flow) }
        }
        var peer: Peer? = server.accept()
        peer?.resetAtEnd()
        peer = nil
        #expect(bed.run { !bed.failed.isEmpty })
        #expect(try number(#require(again)) != bed.failed[0].flow.connection)
        #expect(bed.transport.connectionCount == 1)
        #expect(bed.failedUnnamed.count == 1 && bed.failed.count == 1)
    }

    @Test("A peer of the other address family fails at once")
    func otherFamily() throws {
        let bed = try TransportBed()
        _ = try bed.listen(.tcp)
        let six = Endpoint(address: TransportBed.loopback6, port: 9)
        #expect(bed.send("x", to: flow(to: six)) == .failed(.noListener))
    }

    @Test("An unroutable peer fails at once")
    func unroutable() throws {
        let bed = try TransportBed()
        _ = try bed.listen(.tcp)
        // From a loopback address there is no way to another host.
        let outcome = bed.send("x", to: flow(to: Endpoint(address: IPAddress(ipv4: 0xC000_0201), port: 9)))
        guard case .failed = outcome else {
            Issue.record("accepted")
            return
        }
        #expect(bed.transport.connectionCount == 0)
    }
}
