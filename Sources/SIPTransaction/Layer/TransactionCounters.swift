/// What one `TransactionLayer` has counted since it began.
public struct TransactionCounters: Hashable, Sendable {
    /// Server transactions begun.
    public var requestsReceived: UInt64 = 0
    /// Client transactions begun.
    public var requestsSent: UInt64 = 0
    /// Requests sent again by timers A and E.
    public var requestRetransmissions: UInt64 = 0
    /// Responses sent again by timer G or because their request came again, and ACKs because their response did.
    public var responseRetransmissions: UInt64 = 0
    /// Received messages that a transaction absorbed.
    public var absorbed: UInt64 = 0
    /// Received responses that matched no transaction.
    public var strayResponses: UInt64 = 0
    /// Requests that came a second time over another path (RFC 3261 §8.2.2.2).
    public var mergedRequests: UInt64 = 0
    /// Requests refused with 503 because a limit was reached.
    public var refusedRequests: UInt64 = 0
    /// Requests of ours that weren't sent because a limit was reached.
    public var refusedSends: UInt64 = 0
    /// Client transactions that got no final response, and server transactions that got no ACK.
    public var timeouts: UInt64 = 0
    /// Transactions whose message couldn't be sent.
    public var transportFailures: UInt64 = 0

    /// All zero.
    public init() {}
}
