import Synchronization

/// Messages from other threads to the shard of one loop: bounded, in order per sender, many senders and one receiver.
///
/// A post wakes the loop once per sleep, whatever the number of messages. The receiver takes all that was posted in one
/// go, into an array whose storage goes to and fro with the mailbox.
public final class Mailbox<Message: Sendable>: Sendable {
    /// Most messages waiting at once.
    public let limit: Int

    private let waker: LoopWaker
    private let inbox = Mutex<[Message]>([])
    private let waiting = Atomic<Int>(0)
    private let refused = Atomic<UInt64>(0)

    /// Makes the mailbox of the loop that `waker` wakes, for at most `limit` waiting messages.
    public init(waker: LoopWaker, limit: Int = 65_536) {
        self.waker = waker
        self.limit = limit
    }

    /// Leaves a message for the loop, from any thread. Returns false, and counts, when `limit` messages wait.
    public func post(_ message: Message) -> Bool {
        let isTaken = inbox.withLock { inbox in
            guard inbox.count < limit else { return false }
            inbox.append(message)
            waiting.store(inbox.count, ordering: .sequentiallyConsistent)
            return true
        }
        if isTaken {
            waker.wake()
        } else {
            refused.add(1, ordering: .relaxed)
        }
        return isTaken
    }

    /// Whether messages wait. A `LoopMember` answers `hasMail` with this.
    public var hasMail: Bool { waiting.load(ordering: .sequentiallyConsistent) > 0 }

    /// Messages refused because `limit` were waiting.
    public var refusedCount: UInt64 { refused.load(ordering: .relaxed) }

    /// Takes all waiting messages into `batch`, which must be empty; its storage serves the next messages.
    ///
    /// Called by the one receiver, on its thread.
    public func take(into batch: inout [Message]) {
        precondition(batch.isEmpty, "the receiver empties its batch before it takes the next one")
        guard hasMail else { return }
        inbox.withLock { inbox in
            swap(&inbox, &batch)
            waiting.store(0, ordering: .relaxed)
        }
    }
}
