import Timing

/// The client's side of the NG protocol over UDP: questions out, repeated until an answer comes or time is over.
///
/// Sans-IO. Relays are numbered by whoever owns the sockets. A relay that gave no answer counts as away for a while.
public struct NGClient {
    /// How a question ended.
    public enum Outcome: Hashable, Sendable {
        /// The relay's dictionary, whose `result` is `ok` or the like.
        case answered(Bencode)
        /// The relay refused, in its own words, of which the first `reasonLimit` characters.
        case refused(String)
        /// What came can't be read; why.
        case unreadable(String)
        /// No answer came.
        case lost
    }

    /// Most characters kept of a relay's words.
    public static let reasonLimit = 120

    /// A message to be sent.
    public struct Transmission: Hashable, Sendable {
        /// To which relay.
        public let relay: Int
        /// The message.
        public let bytes: [UInt8]
    }

    private struct Pending {
        let token: UInt64
        let relay: Int
        let bytes: [UInt8]
        let deadline: Timestamp
        var again: Timestamp
    }

    /// Most questions without an answer at a time.
    public static let pendingLimit = 65_536
    /// After how long a question is asked again.
    public static let interval = TimeInterval.milliseconds(200)
    /// How exact these times are.
    public static let sweepInterval = TimeInterval.milliseconds(50)
    /// How long an answer is waited for.
    public static let patience = TimeInterval.seconds(1)
    /// How long a relay that gave no answer is left alone.
    public static let rest = TimeInterval.seconds(5)

    private let prefix: String
    private var next: UInt64 = 0
    private var pending: [UInt64: Pending] = [:]
    private var awayUntil: [Timestamp]
    /// When all that waits is looked at next: so asking costs no look at the others.
    private var nextSweep: Timestamp?

    /// A client of so many relays. `prefix` is random, so that nobody off the path can guess what an answer begins with.
    public init(relays: Int, prefix: UInt64) {
        precondition(relays > 0, "a client has a relay")
        self.prefix = String(prefix, radix: 36)
        awayUntil = Array(repeating: Timestamp(nanoseconds: 0), count: relays)
    }

    /// Questions without an answer.
    public var pendingCount: Int { pending.count }

    /// The relay for a new session: those that are there share them by `hash`. One that is away is taken when all are.
    public func relay(for hash: UInt64, now: Timestamp) -> Int {
        let first = Int(hash % UInt64(awayUntil.count))
        for step in awayUntil.indices {
            let relay = (first + step) % awayUntil.count
            if awayUntil[relay] <= now { return relay }
        }
        return first
    }

    /// The message that asks; nil when too many questions wait. `token` comes back with the outcome.
    public mutating func ask(
        _ question: NGQuestion, of relay: Int, token: UInt64, now: Timestamp
    ) -> Transmission? {
        guard pending.count < Self.pendingLimit else { return nil }
        next += 1
        var bytes = Array("\(prefix)_\(next) ".utf8)
        question.dictionary.write(to: &bytes)
        pending[next] = Pending(
            token: token, relay: relay, bytes: bytes, deadline: now + Self.patience, again: now + Self.interval)
        if nextSweep == nil { nextSweep = now + Self.interval }
        return Transmission(relay: relay, bytes: bytes)
    }

    /// Takes a message of a relay; nil when it answers nothing that was asked of it.
    public mutating func receive(
        _ message: UnsafeRawBufferPointer, from relay: Int
    ) -> (token: UInt64, outcome: Outcome)? {
        guard let space = message.prefix(64).firstIndex(of: UInt8(ascii: " ")) else { return nil }
        let cookie = String(decoding: message[..<space], as: UTF8.self).split(separator: "_")
        guard cookie.count == 2, cookie[0] == prefix, let number = UInt64(cookie[1]), let asked = pending[number],
            asked.relay == relay
        else { return nil }
        pending[number] = nil
        awayUntil[relay] = Timestamp(nanoseconds: 0)
        do throws(BencodeError) {
            let answer = try Bencode(Array(message[(space + 1)...])[...])
            if answer["result"]?.text == "error" {
                let reason = answer["error-reason"]?.text ?? "without a reason"
                return (asked.token, .refused(String(reason.prefix(Self.reasonLimit))))
            }
            return (asked.token, .answered(answer))
        } catch {
            return (asked.token, .unreadable("its answer can't be read: \(error)"))
        }
    }

    /// When `expire` is wanted next; nil when nothing waits.
    public var nextDeadline: Timestamp? { nextSweep }

    /// What is to be asked again, and what is lost.
    public mutating func expire(now: Timestamp) -> (again: [Transmission], lost: [UInt64]) {
        guard let sweep = nextSweep, sweep <= now else { return ([], []) }
        defer { nextSweep = pending.isEmpty ? nil : now + Self.sweepInterval }
        var again: [Transmission] = []
        var lost: [UInt64] = []
        for number in pending.keys.sorted() {
            guard var asked = pending[number] else { continue }
            if asked.deadline <= now {
                pending[number] = nil
                awayUntil[asked.relay] = now + Self.rest
                lost.append(asked.token)
            } else if asked.again <= now {
                asked.again = now + Self.interval
                pending[number] = asked
                again.append(Transmission(relay: asked.relay, bytes: asked.bytes))
            }
        }
        return (again, lost)
    }
}
