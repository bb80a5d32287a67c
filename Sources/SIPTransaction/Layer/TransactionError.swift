/// Why a request of ours didn't become a client transaction.
@frozen public enum TransactionError: Error, Hashable, Sendable {
    /// `TransactionLimits` are reached; raise them or take fewer calls.
    case limitReached
    /// The branch of the top Via isn't one that `makeBranch` of this layer made.
    case foreignBranch
    /// A transaction with this branch and method exists: each request needs a branch of its own.
    case branchInUse
    /// ACK is sent with `sendStateless`: it has no transaction of its own (RFC 3261 §17.1.1.3).
    case ackHasNoTransaction
    /// The message can't be serialized, or the transmit queue is full.
    case notQueued
}
