/// How much one `TransactionLayer` may hold. What exceeds it is refused and counted: a request is answered with
/// 503 (Service Unavailable) without a transaction, a request of ours isn't sent.
public struct TransactionLimits: Hashable, Sendable {
    /// Most transactions at once. The default lasts for 2,500 calls/s over UDP, whose four transactions live up to
    /// 32 s each.
    public var transactionCount = 262_144
    /// Most bytes kept for matching and retransmission.
    public var storedByteCount = 512 << 20
    /// The Retry-After of a refusal, in seconds.
    public var retryAfterSeconds = 10

    /// The defaults.
    public init() {}
}
