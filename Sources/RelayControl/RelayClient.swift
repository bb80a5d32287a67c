import MediaRelay
import Timing
import Wire

/// Signalling's side of the connection to the relay: commands out, each with its reply or its failure, and events in.
///
/// Sans-IO: the connection is somebody else's, and tells when it begins and ends. Every command comes to an end: by its
/// reply, by the connection's end, or when the relay gives no reply in time.
public struct RelayClient {
    /// How a command ended.
    public enum Outcome: Hashable, Sendable {
        /// The relay's reply.
        case reply(RelayReply)
        /// The relay went away, or gave no reply in time. Whether it did what it was asked isn't known.
        case lost
    }

    /// What is to be told to whoever asked.
    public enum Notice: Hashable, Sendable {
        /// A command has ended; the token is the asker's.
        case ended(token: UInt64, Outcome)
        /// Something happened by itself.
        case event(RelayEvent)
    }

    /// Most commands without reply at a time.
    public static let pendingLimit = 65_536

    private struct Pending {
        let token: UInt64
        let deadline: Timestamp
    }

    private let patience: TimeInterval
    private var pending: [UInt32: Pending] = [:]
    /// Numbers in the order they were sent, from `head`; those that have ended are dropped when they come to the front.
    private var order: [UInt32] = []
    private var head = 0
    private var next: UInt32 = 0
    /// Whether there is a connection.
    public private(set) var isConnected = false

    /// A client that waits at most `patience` for a reply.
    public init(patience: TimeInterval = .seconds(2)) { self.patience = patience }

    /// Commands without reply.
    public var pendingCount: Int { pending.count }

    /// The connection has begun.
    public mutating func connected() { isConnected = true }

    /// The message for a command; nil when there is no connection or too many commands wait. `token` comes back with the
    /// end of the command.
    public mutating func send(_ command: RelayCommand, token: UInt64, now: Timestamp) -> [UInt8]? {
        guard isConnected, pending.count < Self.pendingLimit else { return nil }
        repeat { next &+= 1 } while pending[next] != nil
        pending[next] = Pending(token: token, deadline: now + patience)
        order.append(next)
        return command.message(number: next)
    }

    /// Takes a message of the relay. A reply to nothing that waits is an old one, and is ignored.
    public mutating func receive(_ message: UnsafeRawBufferPointer) throws(WireError) -> Notice? {
        switch try RelayMessage(message) {
        case .event(let event): return .event(event)
        case .reply(let number, let reply):
            guard let asked = pending.removeValue(forKey: number) else { return nil }
            dropEnded()
            return .ended(token: asked.token, .reply(reply))
        }
    }

    private mutating func dropEnded() {
        while head < order.count, pending[order[head]] == nil { head += 1 }
        guard head > 64, head * 2 > order.count else { return }
        order.removeFirst(head)
        head = 0
    }

    /// The connection has ended: so have all commands that wait.
    public mutating func disconnected() -> [Notice] {
        isConnected = false
        let lost = order[head...].compactMap { pending[$0] }.map { Notice.ended(token: $0.token, .lost) }
        pending.removeAll()
        order.removeAll()
        head = 0
        return lost
    }

    /// When `expire` is wanted next; nil when no command waits.
    public var nextDeadline: Timestamp? { head < order.count ? pending[order[head]]?.deadline : nil }

    /// Ends the commands that had no reply in time.
    public mutating func expire(now: Timestamp) -> [Notice] {
        var lost: [Notice] = []
        while head < order.count, let asked = pending[order[head]], asked.deadline <= now {
            pending[order[head]] = nil
            lost.append(.ended(token: asked.token, .lost))
            dropEnded()
        }
        return lost
    }
}
