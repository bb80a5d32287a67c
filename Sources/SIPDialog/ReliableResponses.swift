public import Timing

/// Numbers and repeats the reliable provisional responses to one INVITE, on the called side (RFC 3262 §3).
///
/// One waits for its PRACK at a time: the next may be sent only then.
public struct ReliableResponses: Hashable, Sendable {
    /// What to do when the time has come.
    @frozen public enum Action: Hashable, Sendable {
        /// Send the response again, and fire again at this time.
        case sendAgain(next: Timestamp)
        /// No PRACK came for 64 · T1: the INVITE is to be refused with a 5xx.
        case giveUp
        /// The PRACK has come; nothing is to be done.
        case none
    }

    /// The CSeq number of the INVITE.
    public let inviteSequence: UInt32
    /// The RSeq that waits for its PRACK; nil when none does.
    public private(set) var pending: UInt32?
    private var last: UInt32
    private var interval = TimeInterval(nanoseconds: 0)
    private var end = Timestamp(nanoseconds: 0)

    /// Begins with a random number, of which 31 bits are used: the first RSeq follows it.
    public init(inviteSequence: UInt32, random: UInt64) {
        self.inviteSequence = inviteSequence
        last = UInt32(truncatingIfNeeded: random) & (1 << 31 - 1)
    }

    /// The RSeq of a response that is now sent for the first time and when to call `fire`; nil while another waits.
    public mutating func send(t1: TimeInterval, at now: Timestamp) -> (rSeq: UInt32, deadline: Timestamp)? {
        guard pending == nil else { return nil }
        last += 1
        pending = last
        interval = t1
        end = now + t1 * 64
        return (last, now + t1)
    }

    /// The time last named has come. The interval doubles without limit.
    public mutating func fire(at now: Timestamp) -> Action {
        guard pending != nil else { return .none }
        if now >= end { return .giveUp }
        interval = interval * 2
        return .sendAgain(next: min(now + interval, end))
    }

    /// A PRACK came with these numbers in its RAck. False when no response waits for it: it is answered with 481.
    public mutating func acknowledge(rSeq: UInt32, cseq: UInt32) -> Bool {
        guard pending == rSeq, cseq == inviteSequence else { return false }
        pending = nil
        return true
    }
}

/// Puts the reliable provisional responses of one early dialog in order, on the calling side (RFC 3262 §4).
public struct ReliableResponseOrder: Hashable, Sendable {
    /// What a received response is.
    @frozen public enum Verdict: UInt8, Hashable, Sendable {
        /// The next one: it goes to the user and wants a PRACK.
        case next
        /// One seen before, or out of order: it is dropped without a PRACK.
        case dropped
    }

    /// The RSeq of the last one in order; nil before the first.
    public private(set) var last: UInt32?

    /// None received.
    public init() {}

    /// Takes the RSeq of a received response.
    public mutating func receive(rSeq: UInt32) -> Verdict {
        if let last, rSeq != last &+ 1 { return .dropped }
        last = rSeq
        return .next
    }
}
