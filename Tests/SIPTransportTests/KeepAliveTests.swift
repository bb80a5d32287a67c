import SIPTransaction
import ShardLoop
import TandemKit
import Testing
import Timing

@testable import SIPTransport

@Suite("Keep-alive on connections that we open (RFC 5626 §4.4.1)")
struct KeepAliveTests {
    private let start = Timestamp(nanoseconds: 5_000_000_000)

    @Test("A ping goes after each silence; a peer that has never answered one is left alone")
    func silentPeer() {
        var keepAlive = KeepAlive(interval: .seconds(90), now: start)
        var now = start
        #expect(keepAlive.fire(at: now + .seconds(89)) == .wait)
        for _ in 0..<5 {
            now = now + .seconds(90)
            #expect(keepAlive.deadline == now && keepAlive.fire(at: now) == .ping)
        }
    }

    @Test("A peer that has answered a ping is gone when it is silent for 10 s after another")
    func missedPong() {
        var keepAlive = KeepAlive(interval: .seconds(90), now: start)
        let first = start + .seconds(90)
        #expect(keepAlive.fire(at: first) == .ping)
        let isPong = keepAlive.heard(isLineEnd: true, at: first + .milliseconds(20))
        #expect(isPong)
        let second = first + .milliseconds(90_020)
        #expect(keepAlive.deadline == second && keepAlive.fire(at: second) == .ping)
        #expect(keepAlive.fire(at: second + .milliseconds(9_999)) == .wait)
        #expect(keepAlive.fire(at: second + .seconds(10)) == .dead)
    }

    @Test("Whatever the peer sends shows that it lives, and puts the next ping off")
    func traffic() {
        var keepAlive = KeepAlive(interval: .seconds(90), now: start)
        _ = keepAlive.fire(at: start + .seconds(90))
        _ = keepAlive.heard(isLineEnd: true, at: start + .seconds(91))
        _ = keepAlive.fire(at: start + .seconds(181))
        let isPong = keepAlive.heard(isLineEnd: false, at: start + .seconds(185))
        let isLater = keepAlive.heard(isLineEnd: true, at: start + .seconds(185))
        #expect(!isPong && !isLater)
        #expect(keepAlive.deadline == start + .seconds(275))
    }

    @Test("On a real connection: pings with pongs keep it; without pongs it ends, and the next message opens another")
    func connection() throws {
        let bed = try TransportBed()
        _ = try bed.listen(.tcp)
        bed.transport.options = [ListenerOptions(keepAlive: .milliseconds(500))]
        let server = Peer(listeningAt: TransportBed.loopback)
        let flow = Flow(listener: 0, transport: .tcp, remote: server.endpoint)
        guard case .accepted = bed.send("one ", to: flow) else { return #expect(Bool(false)) }
        let peer = server.accept()
        bed.loop.runBatch()
        #expect(peer.read(4) == "one ")
        for count in 1...3 {
            #expect(bed.run { bed.transport.counters.pings == UInt64(count) })
            #expect(peer.read(4) == "\r\n\r\n")
            peer.send("\r\n")
        }
        #expect(bed.run { bed.transport.counters.pongsMissed == 1 || bed.transport.counters.pings > 3 })
        #expect(bed.failed.isEmpty && bed.received.isEmpty)
        let limit = MonotonicClockLimit(seconds: 25)
        while bed.failed.isEmpty, !limit.isOver { _ = bed.run(for: .milliseconds(200)) }
        #expect(bed.failed.map(\.failure) == [.connectionLost] && bed.transport.counters.pongsMissed == 1)
        guard case .accepted = bed.send("two ", to: flow) else { return #expect(Bool(false)) }
        #expect(bed.transport.counters.connectionsOpened == 2)
    }

    @Test("A message for a connection that is found broken as it is written goes over a new one")
    func brokenConnection() throws {
        let bed = try TransportBed()
        _ = try bed.listen(.tcp)
        let server = Peer(listeningAt: TransportBed.loopback)
        let flow = Flow(listener: 0, transport: .tcp, remote: server.endpoint)
        _ = bed.send("one ", to: flow)
        #expect(bed.run { bed.transport.counters.messagesSent == 1 })
        do {
            let peer = server.accept()
            bed.loop.runBatch()
            #expect(peer.read(4) == "one ")
            peer.resetAtEnd()
        }
        // Our loop has not looked since: the reset is found by the write alone.
        guard case .accepted = bed.send("two ", to: flow) else { return #expect(Bool(false)) }
        let peer = server.accept()
        bed.runReady()
        #expect(peer.read(4) == "two ")
    }
}

/// A bound for a loop of a test.
struct MonotonicClockLimit {
    private let end: Timestamp

    init(seconds: UInt64) { end = MonotonicClock.now() + .seconds(seconds) }

    var isOver: Bool { MonotonicClock.now() >= end }
}
