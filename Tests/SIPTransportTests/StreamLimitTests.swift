import Glibc
import SIPTransaction
import ShardLoop
import TandemKit
import Testing
import Timing

@testable import SIPTransport

/// The bounds and times of streams.
struct StreamLimitTests {
    static let options = StreamFramerTests.options

    @Test("Connections beyond a bound are closed at once and counted; the others stay", arguments: 0...2)
    func connectionBounds(which: Int) throws {
        var limits = TransportLimits()
        switch which {
        case 0: limits.connections = 2
        case 1: limits.connectionsPerListener = 2
        default: limits.connectionsPerSource = 2
        }
        let bed = try TransportBed(limits: limits)
        let place = try bed.listen(.tcp)
        let peers = (0..<3).map { _ in Peer(connectedTo: place) }
        #expect(bed.run { bed.transport.counters.connectionsRefused == 1 })
        #expect(peers[2].receive() == nil)
        for peer in peers.prefix(2) { peer.send(Self.options) }
        #expect(bed.run { bed.received.count == 2 })
        #expect(bed.failed.isEmpty)
    }

    @Test("A connection that has ended makes room for another")
    func roomComesBack() throws {
        var limits = TransportLimits()
        limits.connectionsPerSource = 1
        limits.lingerTimeout = .milliseconds(1)
        let bed = try TransportBed(limits: limits)
        let place = try bed.listen(.tcp)
        for round in 1...3 {
            let peer = Peer(connectedTo: place)
            peer.send(Self.options)
            peer.endWriting()
            #expect(bed.run { bed.transport.counters.connectionsEnded == UInt64(round) })
        }
        #expect(bed.received.count == 3)
        #expect(bed.transport.counters.connectionsRefused == 0)
    }

    @Test("At the bound of all connections none is opened")
    func outboundBound() throws {
        var limits = TransportLimits()
        limits.connections = 1
        let bed = try TransportBed(limits: limits)
        _ = try bed.listen(.tcp)
        let servers = [Peer(listeningAt: TransportBed.loopback), Peer(listeningAt: TransportBed.loopback)]
        let flows = servers.map { Flow(listener: 0, transport: .tcp, remote: $0.endpoint) }
        #expect(bed.send("x", to: flows[0]) != .failed(.exhausted))
        #expect(bed.send("x", to: flows[1]) == .failed(.exhausted))
    }

    @Test(
        "A connection on which nothing comes in time is ended and told as idle",
        arguments: ["", "OPTIONS", options])
    func idle(text: String) throws {
        var limits = TransportLimits()
        if text == Self.options {
            limits.idleTimeout = .milliseconds(30)
        } else {
            limits.messageTimeout = .milliseconds(30)
        }
        let bed = try TransportBed(limits: limits)
        let peer = Peer(connectedTo: try bed.listen(.tcp))
        if !text.isEmpty { peer.send(text) }
        #expect(bed.run { !bed.failed.isEmpty })
        #expect(bed.failed.map(\.failure) == [.idle])
        #expect(bed.transport.counters.connectionsIdle == 1)
        #expect(peer.receive() == nil)
    }

    @Test("Bytes that trickle in don't put off the end of a message that isn't completed")
    func trickle() throws {
        var limits = TransportLimits()
        limits.messageTimeout = .milliseconds(30)
        let bed = try TransportBed(limits: limits)
        let peer = Peer(connectedTo: try bed.listen(.tcp))
        peer.send(Self.options)
        #expect(bed.run { !bed.received.isEmpty })
        let start = MonotonicClock.now()
        while bed.failed.isEmpty, MonotonicClock.now() < start + .seconds(5) {
            _ = Glibc.send(peer.descriptor, "x", 1, Int32(MSG_NOSIGNAL))
            bed.loop.runBatch()
        }
        #expect(bed.failed.map(\.failure) == [.idle])
    }

    @Test("A message that was completed in time leaves the connection open")
    func completedInTime() throws {
        var limits = TransportLimits()
        limits.messageTimeout = .milliseconds(40)
        let bed = try TransportBed(limits: limits)
        let place = try bed.listen(.tcp)
        let peer = Peer(connectedTo: place)
        peer.send("OPTIONS")
        #expect(bed.run { bed.transport.connectionCount == 1 })
        bed.loop.runBatch()
        peer.send(String(Self.options.dropFirst(7)))
        #expect(bed.run { !bed.received.isEmpty })
        let silent = Peer(connectedTo: place)
        #expect(bed.run { !bed.failed.isEmpty })
        #expect(bed.failed.map(\.flow.remote) == [silent.endpoint])
        #expect(bed.transport.connectionCount == 1)
    }

    @Test("What a peer doesn't take waits, up to the bound; all that was accepted arrives in order")
    func writeBound() throws {
        let bed = try TransportBed()
        let peer = Peer(connectedTo: try bed.listen(.tcp))
        peer.send(Self.options)
        #expect(bed.run { !bed.received.isEmpty })
        let flow = bed.received[0].flow
        var expected = ""
        var number = 0
        while true {
            let text = "message \(number) \(String(repeating: "x", count: 20_000))\n"
            let outcome = bed.send(text, to: flow)
            if outcome == .failed(.queueFull) { break }
            #expect(outcome == .accepted(connection: flow.connection))
            expected += text
            number += 1
        }
        #expect(bed.transport.counters.messagesRefused == 1)
        #expect(bed.transport.counters.shortWrites > 0)
        var text = ""
        while text.utf8.count < expected.utf8.count, let more = peer.receive() {
            text += more.text
            bed.runReady()
        }
        #expect(text == expected)
        #expect(bed.send("more", to: flow) == .accepted(connection: flow.connection))
    }

    @Test("A peer that doesn't take our answers isn't read from until it does")
    func backpressure() throws {
        let bed = try TransportBed()
        let peer = Peer(connectedTo: try bed.listen(.tcp))
        peer.send(Self.options)
        #expect(bed.run { !bed.received.isEmpty })
        let flow = bed.received[0].flow
        let text = String(repeating: "x", count: 20_000)
        while bed.send(text, to: flow) != .failed(.queueFull) {}
        let taken = Int(bed.transport.counters.messagesSent) * text.utf8.count
        peer.send(Self.options)
        bed.runReady()
        #expect(bed.received.count == 1)
        var count = 0
        while count < taken, let more = peer.receive() {
            count += more.text.utf8.count
            bed.runReady()
        }
        #expect(bed.run { bed.received.count == 2 })
    }
}
