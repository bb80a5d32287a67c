import CallControl
import Foundation
import SIPTransaction
import SIPTransport
import ShardLoop
import Synchronization
import TandemKit
import Timing

/// All shards of the process: their threads, and how others ask them. From any thread.
final class ShardGroup: Sendable {
    /// How long an answer of all shards may take before one counts as stuck.
    static let patience = DispatchTimeInterval.seconds(2)

    let mailboxes: [Mailbox<ShardMessage>]
    /// What can be seen of the threads from outside.
    let pulses: [ShardPulse]
    private let wakers: [LoopWaker]
    private let running: DispatchGroup

    /// Starts a thread for each element of `sockets` (the shard's sockets by listener) and waits until all serve.
    init(
        sockets: [[ListeningSocket]], limits: TransportLimits,
        makeEngine:
            @escaping @Sendable (_ shard: Int, _ mailboxes: [Mailbox<ShardMessage>], _ now: Timestamp) -> CallEngine,
        prepare: @escaping @Sendable (SignallingShard, ShardLoop) -> Void = { _, _ in }
    ) throws {
        var wakers: [LoopWaker] = []
        for _ in sockets { wakers.append(try LoopWaker()) }
        let mailboxes = wakers.map { Mailbox<ShardMessage>(waker: $0) }
        let pulses = wakers.enumerated().map { ShardPulse(number: $0, waker: $1) }
        self.wakers = wakers
        self.pulses = pulses
        self.mailboxes = mailboxes
        running = DispatchGroup()
        let started = DispatchGroup()
        let box = FailureBox()
        for (index, own) in sockets.enumerated() {
            started.enter()
            running.enter()
            let running = running
            let waker = wakers[index]
            _ = try ShardThread(name: "tandem-shard-\(index)") {
                defer { running.leave() }
                do {
                    let shard = try Self.makeShard(
                        index, waker: waker, sockets: own, limits: limits, mailboxes: mailboxes, makeEngine: makeEngine,
                        prepare: prepare)
                    started.leave()
                    pulses[index].begin()
                    shard.run()
                } catch {
                    box.set(error)
                    started.leave()
                }
            }
        }
        started.wait()
        if let error = box.error {
            stop()
            throw error
        }
    }

    private static func makeShard(
        _ index: Int, waker: LoopWaker, sockets: [ListeningSocket], limits: TransportLimits,
        mailboxes: [Mailbox<ShardMessage>], makeEngine: (Int, [Mailbox<ShardMessage>], Timestamp) -> CallEngine,
        prepare: (SignallingShard, ShardLoop) -> Void
    ) throws -> SignallingShard {
        let loop = try ShardLoop(waker: waker)
        let transport = TransportLayer(loop: loop, shard: UInt8(index), limits: limits)
        for (listener, socket) in sockets.enumerated() { try transport.add(socket, listener: UInt16(listener)) }
        let shard = SignallingShard(
            number: UInt8(index), loop: loop, transport: transport, engine: makeEngine(index, mailboxes, loop.now),
            mailboxes: mailboxes)
        prepare(shard, loop)
        return shard
    }

    /// Number of shards.
    var count: Int { mailboxes.count }

    /// Asks every shard on its own thread; nil for those that gave no answer in time.
    func ask<Answer: Sendable>(_ question: @escaping @Sendable (SignallingShard) -> Answer) -> [Answer?] {
        let answers = AnswerBox<Answer>(count: count)
        let waiting = DispatchGroup()
        for (index, mailbox) in mailboxes.enumerated() {
            waiting.enter()
            let isPosted = mailbox.post(
                .run { shard in
                    answers.set(question(shard), at: index)
                    waiting.leave()
                })
            if !isPosted { waiting.leave() }
        }
        _ = waiting.wait(timeout: .now() + Self.patience)
        return answers.all
    }

    /// Stops all loops and waits for their threads.
    func stop() {
        for waker in wakers { waker.stop() }
        running.wait()
    }
}

/// The first error of several threads.
private final class FailureBox: Sendable {
    private let value = Mutex<(any Error)?>(nil)

    init() {}

    var error: (any Error)? { value.withLock { $0 } }

    func set(_ error: any Error) { value.withLock { $0 = $0 ?? error } }
}

/// One place per shard for its answer.
private final class AnswerBox<Answer: Sendable>: Sendable {
    private let value: Mutex<[Answer?]>

    init(count: Int) { value = Mutex(Array(repeating: nil, count: count)) }

    var all: [Answer?] { value.withLock { $0 } }

    func set(_ answer: Answer, at index: Int) { value.withLock { $0[index] = answer } }
}
