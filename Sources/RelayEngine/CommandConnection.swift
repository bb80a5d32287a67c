import CLinux
import Glibc
import RelayControl
import ShardLoop
import Sockets
import Synchronization

/// A connection of signalling's. Read on the first thread, written to from any.
///
/// What the kernel has no room for waits here, for a while: a second's events of a thousand calls come at once. The
/// descriptor is closed with the last reference, so that no thread ever writes to another connection that got its number.
final class CommandConnection: Sendable {
    /// Most bytes that wait for the other end to read: about 20,000 events.
    static let backlogByteLimit = 2 << 20
    /// What a waiting message costs beside its bytes.
    static let messageOverhead = 64

    private struct Outbox {
        var messages: [[UInt8]] = []
        var head = 0
        var byteCount = 0
        var isEnded = false
    }

    let id: UInt64
    let descriptor: Int32
    private let outbox = Mutex(Outbox())
    private let full: Mailbox<UInt64>
    private let counters: ControlCounters

    /// Takes the descriptor over. `full` is told the number when messages wait, so that the first thread watches for room.
    init(_ descriptor: Int32, id: UInt64, full: Mailbox<UInt64>, counters: ControlCounters) {
        self.descriptor = descriptor
        self.id = id
        self.full = full
        self.counters = counters
        SocketOption.enlargeBuffers(descriptor, to: 1 << 20)
        counters.noteOpened()
    }

    deinit {
        close(descriptor)
        counters.noteClosed()
    }

    /// Whether the connection is over, for whichever reason.
    var isEnded: Bool { outbox.withLock { $0.isEnded } }

    /// Sends a message. From any thread; after the end it does nothing.
    func send(_ message: RelayMessage) {
        let bytes = message.bytes
        let begins = outbox.withLock { outbox in
            guard !outbox.isEnded else { return false }
            let isFirst = outbox.byteCount == 0
            if isFirst, write(bytes, &outbox) || outbox.isEnded { return false }
            outbox.byteCount += bytes.count + Self.messageOverhead
            guard outbox.byteCount <= Self.backlogByteLimit else {
                counters.noteSlow()
                end(&outbox)
                return false
            }
            outbox.messages.append(bytes)
            return isFirst
        }
        if begins, !full.post(id) { end() }
    }

    /// Sends what waits, as far as there is room; whether nothing waits any more. On the first thread.
    func flush() -> Bool {
        outbox.withLock { outbox in
            while outbox.head < outbox.messages.count, write(outbox.messages[outbox.head], &outbox) {
                outbox.byteCount -= outbox.messages[outbox.head].count + Self.messageOverhead
                outbox.head += 1
            }
            guard outbox.head == outbox.messages.count || outbox.isEnded else { return false }
            outbox.messages.removeAll()
            (outbox.head, outbox.byteCount) = (0, 0)
            return true
        }
    }

    /// Ends the connection: the other end is told, and the first thread finds it ended. From any thread.
    func end() { outbox.withLock { end(&$0) } }

    private func end(_ outbox: inout Outbox) {
        outbox.isEnded = true
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Whether the message has left. Ends the connection when it can't leave at all.
    private func write(_ bytes: [UInt8], _ outbox: inout Outbox) -> Bool {
        let sent = bytes.withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if sent == bytes.count { return true }
        if errno != EAGAIN, errno != ENOBUFS, errno != EINTR { end(&outbox) }
        return false
    }
}
