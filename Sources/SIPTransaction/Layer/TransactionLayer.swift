public import TandemKit
public import Timing

/// The transaction layer of one shard (RFC 3261 §17): matches messages to transactions, absorbs and makes
/// retransmissions, acknowledges failure responses, and tells its user only what is new.
///
/// Sans-IO: every input carries `now`; what is to be sent goes into `output`, which the shell drains after each input;
/// what happens without a message is read with `nextEvent()`. The owner calls `advance(to:)` when `nextDeadline` has
/// come. The transport has already added `received` and `rport` to a request's Via (§18.2.1, RFC 3581). Nothing is
/// allocated per transaction once the tables have grown. Confined to the shard's thread.
public final class TransactionLayer {
    /// How much may be held.
    public let limits: TransactionLimits
    /// The lengths of the timers.
    public let timers: TimerValues
    /// Makes branches, tags and Call-IDs that carry this shard's number.
    public let tokens: LocalTokens
    /// What is to be sent.
    public let output: TransmitQueue
    /// Answer UDP requests to the port they came from even when their Via has no `rport` parameter: for peers behind
    /// NAT. Off, the answer goes to the port of sent-by (RFC 3261 §18.2.2).
    public let answersToSourcePort: Bool

    let secret: UInt64
    /// All that changes, in memory of its own: a class's own variables would be checked for overlapping access each time.
    let tables: UnsafeMutablePointer<TransactionTables>

    /// Makes an empty layer. `tokens` must have its own key; the hash secret is taken from it.
    public init(
        tokens: LocalTokens, output: TransmitQueue, limits: TransactionLimits = TransactionLimits(),
        timers: TimerValues = TimerValues(), answersToSourcePort: Bool = false, now: Timestamp
    ) {
        self.tokens = tokens
        self.output = output
        self.limits = limits
        self.timers = timers
        self.answersToSourcePort = answersToSourcePort
        secret = tokens.makeRandom()
        tables = .allocate(capacity: 1)
        tables.initialize(to: TransactionTables(now: now, limits: limits))
    }

    deinit {
        tables.deinitialize(count: 1)
        tables.deallocate()
    }

    /// What was counted since the beginning.
    public var counters: TransactionCounters { tables.pointee.counters }

    /// Transactions alive, of both sides.
    public var count: Int { tables.pointee.store.count }

    /// Bytes kept for matching and retransmission.
    public var storedByteCount: Int { tables.pointee.blocks.usedBytes }

    /// A new branch for the Via of a request that will be given to `send` or `sendStateless`; valid until the next is
    /// made.
    public func makeBranch() -> Bytes { tokens.makeBranch() }

    /// A new tag; valid until the next is made.
    public func makeTag() -> Bytes { tokens.makeTag() }

    /// A new Call-ID; valid until the next is made.
    public func makeCallID() -> Bytes { tokens.makeCallID() }

    /// When `advance(to:)` has work to do next; nil when no timer runs.
    public var nextDeadline: Timestamp? { tables.pointee.wheel.nextDeadline }

    /// Fires the timers whose time has come.
    ///
    /// Pauses when `output` is half full, with `nextDeadline` still in the past: the owner drains and calls again.
    public func advance(to now: Timestamp) {
        while !output.isHalfFull, let (raw, timer) = tables.pointee.wheel.popExpired(now: now) {
            guard let timer = TransactionTimer(rawValue: UInt8(truncatingIfNeeded: timer)),
                tables.pointee.store.find(raw) != nil
            else { continue }
            handle(.timer(timer), at: UInt32(truncatingIfNeeded: raw), now)
        }
    }

    /// The next thing that happened without a message, in order; nil when there is nothing more. To be emptied after
    /// each input.
    public func nextEvent() -> TransactionEvent? { tables.pointee.events.next() }

    func report(_ event: TransactionEvent) { tables.pointee.events.append(event) }
}
