/// Names a server transaction of one `TransactionLayer`. Stays harmless when the transaction has ended: its place is
/// used again under another generation.
@frozen public struct ServerTransactionID: Hashable, Sendable {
    /// Generation in the upper half, place in the lower. Never 0.
    public let raw: UInt64

    /// Wraps a stored number.
    @inlinable public init(raw: UInt64) { self.raw = raw }
}

/// Names a client transaction of one `TransactionLayer`. Stays harmless when the transaction has ended: its place is
/// used again under another generation.
@frozen public struct ClientTransactionID: Hashable, Sendable {
    /// Generation in the upper half, place in the lower. Never 0.
    public let raw: UInt64

    /// Wraps a stored number.
    @inlinable public init(raw: UInt64) { self.raw = raw }
}

/// Two words of the transaction user's choosing that come back with everything that happens to its transaction: for
/// example the call and the leg.
@frozen public struct OwnerToken: Hashable, Sendable {
    /// The first word.
    public var first: UInt64
    /// The second word.
    public var second: UInt64

    /// Joins two words.
    @inlinable public init(_ first: UInt64, _ second: UInt64 = 0) {
        self.first = first
        self.second = second
    }

    /// No owner.
    @inlinable public static var none: OwnerToken { OwnerToken(0, 0) }
}
