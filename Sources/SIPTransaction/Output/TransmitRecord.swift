/// One message that waits in a `TransmitQueue`.
@frozen public struct TransmitRecord: Hashable, Sendable {
    /// Why a message is sent.
    @frozen public enum Kind: UInt8, Hashable, Sendable {
        /// A transaction's message for the first time.
        case first
        /// A transaction's message once more.
        case retransmission
        /// A message without a transaction: the ACK for a 2xx, a stateless answer, a 2xx sent again.
        case stateless
    }

    /// Where the message goes.
    public let flow: Flow
    /// The transaction, for `TransactionLayer.sendFailed(_:at:)`; 0 for stateless messages.
    public let transaction: UInt64
    /// Where the message's bytes begin in the queue's arena.
    public let offset: Int
    /// Number of bytes.
    public let count: Int
    /// Why the message is sent.
    public let kind: Kind
}
