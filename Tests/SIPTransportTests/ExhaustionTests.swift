import FullSendBuffer
import Glibc
import SIPTransaction
import ShardLoop
import TandemKit
import Testing
import Timing

@testable import SIPTransport

/// What happens when the host has no more of something, with real sockets.
struct ExhaustionTests {
    @Test("Out of descriptors, accepting pauses without spinning; afterwards each waiting connection is served")
    func acceptPause() async {
        await #expect(processExitsWith: .success) {
            var limits = TransportLimits()
            limits.acceptPause = .milliseconds(50)
            let bed = try TransportBed(limits: limits)
            let place = try bed.listen(.tcp)
            let peers = (0..<3).map { _ in Peer(connectedTo: place) }
            let lowestFree = dup(0)
            close(lowestFree)
            var before = rlimit()
            try #require(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &before) == 0)
            var none = rlimit(rlim_cur: rlim_t(lowestFree), rlim_max: before.rlim_max)
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &none) == 0)

            try #require(bed.run { bed.transport.counters.acceptPauses == 1 })
            bed.runReady()
            try #require(bed.transport.counters.acceptPauses == 1 && bed.transport.connectionCount == 0)
            try #require(bed.run { bed.transport.counters.acceptPauses == 3 })
            try #require(bed.loop.batchCount < 20, "\(bed.loop.batchCount) batches in two pauses")

            try #require(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &before) == 0)
            for peer in peers { peer.send("OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n") }
            try #require(bed.run { bed.received.count == 3 })
        }
    }

    /// Sends from a thread whose sends the kernel refuses with EAGAIN; the loop stays on the calling thread.
    private func sendFull(_ bed: TransportBed, _ texts: [String], to flow: Flow) throws -> [SendOutcome] {
        final class Work {
            let bed: TransportBed
            let texts: [String]
            let flow: Flow
            var isFull = false
            var outcomes: [SendOutcome] = []

            init(_ bed: TransportBed, _ texts: [String], _ flow: Flow) {
                (self.bed, self.texts, self.flow) = (bed, texts, flow)
            }
        }
        let work = Work(bed, texts, flow)
        var thread = pthread_t()
        let argument = Unmanaged.passUnretained(work).toOpaque()
        let code = pthread_create(
            &thread, nil,
            { argument in
                let work = Unmanaged<Work>.fromOpaque(argument!).takeUnretainedValue()
                work.isFull = fill_send_buffer_of_thread()
                if work.isFull { work.outcomes = work.texts.map { work.bed.send($0, to: work.flow) } }
                return nil
            }, argument)
        try #require(code == 0)
        pthread_join(thread, nil)
        try #require(work.isFull, "the kernel has no system call filters")
        return work.outcomes
    }

    @Test("Datagrams that the kernel doesn't take wait, and leave in order before later ones as soon as it does")
    func fullSendBuffer() throws {
        let bed = try TransportBed()
        _ = try bed.listen(.udp)
        let peer = Peer()
        let flow = Flow(listener: 0, transport: .udp, remote: peer.endpoint)
        let outcomes = try sendFull(bed, ["a", "b"], to: flow)
        #expect(outcomes == [.accepted(connection: 0), .accepted(connection: 0)])
        #expect(bed.send("c", to: flow) == .accepted(connection: 0))
        #expect(bed.transport.counters.datagramsQueued == 3 && bed.transport.counters.datagramsSent == 0)
        #expect(bed.run { bed.transport.counters.datagramsSent == 3 })
        #expect((0..<3).map { _ in peer.receive()?.text } == ["a", "b", "c"])
        #expect(bed.send("d", to: flow) == .accepted(connection: 0))
        #expect(peer.receive()?.text == "d" && bed.transport.counters.datagramsQueued == 3)
    }

    @Test("Once nothing waits, the loop sleeps again although the socket can be written")
    func sleepsAfterFlush() throws {
        let bed = try TransportBed()
        _ = try bed.listen(.udp)
        let peer = Peer()
        _ = try sendFull(bed, ["a"], to: Flow(listener: 0, transport: .udp, remote: peer.endpoint))
        #expect(bed.run { bed.transport.counters.datagramsSent == 1 })
        #expect(bed.run(for: .milliseconds(50)) <= 2)
    }

    @Test("Datagrams beyond the bound of what may wait are refused and counted")
    func fullQueue() throws {
        var limits = TransportLimits()
        limits.queuedDatagrams = 2
        let bed = try TransportBed(limits: limits)
        _ = try bed.listen(.udp)
        let flow = Flow(listener: 0, transport: .udp, remote: Peer().endpoint)
        let outcomes = try sendFull(bed, ["a", "b", "c"], to: flow)
        #expect(outcomes.last == .failed(.queueFull) && bed.transport.counters.datagramsDropped == 1)
        #expect(bed.run { bed.transport.counters.datagramsSent == 2 })
    }
}
