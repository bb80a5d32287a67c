import SIPTransaction
import ShardLoop
import TandemKit
import Testing
import Timing

@testable import SIPTransport

/// A shard's transport on a loop that the test runs itself, with a delegate that notes what it is told.
final class TransportBed: TransportDelegate, LoopMember {
    struct Received: Equatable {
        var text: String
        var flow: Flow
    }

    struct Failed: Equatable {
        var failure: TransportFailure
        var flow: Flow
    }

    static let loopback = IPAddress(ipv4: 0x7F00_0001)
    static let loopback6 = IPAddress(ipv6High: 0, low: 1)

    let loop: ShardLoop
    let transport: TransportLayer
    var received: [Received] = []
    var failed: [Failed] = []
    /// Failures of messages to "any connection".
    var failedUnnamed: [Failed] = []
    var refusedHeads: [String] = []
    /// What the delegate does with each message.
    var onReceive: (TransportBed, Received) -> Void = { _, _ in }
    /// What the delegate does with each failure.
    var onFail: (TransportBed, Failed) -> Void = { _, _ in }
    /// What the delegate makes of a certificate.
    var onIdentify: (CertificateNames?) -> UInt16 = { _ in 0 }
    /// What the delegate answers a message that can't be framed.
    var refusal: String?
    private var timeLimit: Timestamp?

    init(shard: UInt8 = 0, limits: TransportLimits = TransportLimits()) throws {
        loop = try ShardLoop(waker: LoopWaker())
        transport = TransportLayer(loop: loop, shard: shard, limits: limits)
        transport.delegate = self
        loop.add(self)
    }

    /// Opens listener number `listener` on loopback, at a port of the kernel's choice.
    func listen(
        _ kind: TransportProtocol, listener: UInt16 = 0, at address: IPAddress = TransportBed.loopback
    ) throws -> Endpoint {
        let socket = try #require(try ListeningSocket.open(kind, at: Endpoint(address: address, port: 0)).first)
        try transport.add(socket, listener: listener)
        return socket.endpoint
    }

    /// Runs batches until the condition holds. Returns false when it doesn't within 10 s.
    func run(until condition: () -> Bool) -> Bool {
        let limit = MonotonicClock.now() + .seconds(10)
        timeLimit = limit
        defer { timeLimit = nil }
        while !condition() {
            loop.runBatch()
            if loop.now >= limit { return condition() }
        }
        return true
    }

    /// Runs batches for a time, and says how many.
    func run(for time: TimeInterval) -> UInt64 {
        let (end, before) = (MonotonicClock.now() + time, loop.batchCount)
        timeLimit = end
        defer { timeLimit = nil }
        while loop.now < end { loop.runBatch() }
        return loop.batchCount - before
    }

    /// Runs some batches that don't sleep.
    func runReady() {
        timeLimit = Timestamp(nanoseconds: 0)
        defer { timeLimit = nil }
        for _ in 0..<4 { loop.runBatch() }
    }

    func send(_ text: String, to flow: Flow) -> SendOutcome {
        Array(text.utf8).withUnsafeBytes { transport.send($0, to: flow) }
    }

    var nextDeadline: Timestamp? { timeLimit }

    func receive(_ bytes: UnsafeRawBufferPointer, on flow: Flow, now: Timestamp) {
        let message = Received(text: String(decoding: bytes, as: UTF8.self), flow: flow)
        received.append(message)
        onReceive(self, message)
    }

    func fail(_ failure: TransportFailure, on flow: Flow, now: Timestamp) {
        let entry = Failed(failure: failure, flow: flow)
        if flow.transport != .udp, flow.connection == 0 { failedUnnamed.append(entry) } else { failed.append(entry) }
        onFail(self, entry)
    }

    func identify(_ names: CertificateNames?, on flow: Flow) -> UInt16 { onIdentify(names) }

    func secured(_ flow: Flow) {}

    /// Those that were not let in.
    var shutOut: [Failed] = []

    func shutOut(_ failure: TransportFailure, from flow: Flow, now: Timestamp) {
        shutOut.append(Failed(failure: failure, flow: flow))
    }

    func refuse(_ head: UnsafeRawBufferPointer, for error: FramingError, on flow: Flow, now: Timestamp) {
        refusedHeads.append(String(decoding: head, as: UTF8.self))
        if let refusal { _ = send(refusal, to: flow) }
    }
}
