import Testing
import Timing

@testable import ShardLoop

/// Takes what is in a mailbox.
private final class Receiver: LoopMember {
    let mailbox: Mailbox<Int>
    var received: [Int] = []
    private var batch: [Int] = []

    init(mailbox: Mailbox<Int>) { self.mailbox = mailbox }

    var hasMail: Bool { mailbox.hasMail }

    func receiveMail(now: Timestamp) {
        mailbox.take(into: &batch)
        received += batch
        batch.removeAll(keepingCapacity: true)
    }
}

struct MailboxTests {
    let waker: LoopWaker

    init() throws { waker = try LoopWaker() }

    @Test("Messages of several threads all arrive, in order per sender, while the loop sleeps and wakes")
    func manySenders() throws {
        let mailbox = Mailbox<Int>(waker: waker)
        let each = 5_000
        let loop = try ShardLoop(waker: waker)
        let receiver = Receiver(mailbox: mailbox)
        loop.add(receiver)
        let first = try Self.sender(0, each: each, to: mailbox)
        let second = try Self.sender(1, each: each, to: mailbox)
        let third = try Self.sender(2, each: each, to: mailbox)
        while receiver.received.count < 3 * each { loop.runBatch() }
        first.join()
        second.join()
        third.join()
        for sender in 0..<3 {
            #expect(receiver.received.filter { $0 / each == sender } == Array(sender * each..<(sender + 1) * each))
        }
        #expect(mailbox.refusedCount == 0)
    }

    private static func sender(_ number: Int, each: Int, to mailbox: Mailbox<Int>) throws -> ShardThread {
        try ShardThread(name: "sender") {
            for message in number * each..<(number + 1) * each { _ = mailbox.post(message) }
        }
    }

    @Test("A loop that is awake is not woken through the kernel")
    func noWakeWhileAwake() {
        let mailbox = Mailbox<Int>(waker: waker)
        for number in 0..<100 { #expect(mailbox.post(number)) }
        #expect(waker.wakeCount == 0)
    }

    @Test("A sleeping loop is woken once for all messages of one sleep")
    func oneWakePerSleep() throws {
        let mailbox = Mailbox<Int>(waker: waker)
        let loop = try ShardLoop(waker: waker)
        let receiver = Receiver(mailbox: mailbox)
        loop.add(receiver)
        waker.willSleep()
        for number in 0..<100 { #expect(mailbox.post(number)) }
        #expect(waker.wakeCount == 1)
        loop.runBatch()
        #expect(receiver.received.count == 100)
    }

    @Test("A full mailbox refuses and counts, and takes again when it was emptied")
    func limit() {
        let mailbox = Mailbox<Int>(waker: waker, limit: 2)
        #expect(mailbox.post(1) && mailbox.post(2))
        #expect(!mailbox.post(3))
        #expect(mailbox.refusedCount == 1)
        var batch: [Int] = []
        mailbox.take(into: &batch)
        #expect(batch == [1, 2])
        #expect(!mailbox.hasMail)
        #expect(mailbox.post(4))
    }
}
