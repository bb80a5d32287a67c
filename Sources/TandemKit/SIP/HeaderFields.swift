/// The header fields of a message in order, each kept exactly as received until it is changed.
///
/// A value of one word that shares its memory with copies until one of them changes (copy-on-write). It is a view
/// on the whole message: assigning one message's `headers` to another's replaces that whole message.
@frozen public struct HeaderFields: Sendable {
    @usableFromInline var storage: MessageStorage

    @inlinable init(storage: MessageStorage) { self.storage = storage }

    /// The number of header fields (lines; one may hold several values).
    public var count: Int { storage.count }

    /// Whether an edit was not made because the message would have gone beyond `MessageLimits`.
    public var hasRefusedEdit: Bool { storage.hasRefusedEdit }

    /// Runs an edit on memory that no other handle sees.
    @inline(__always) mutating func edit<Result>(_ body: (MessageStorage) -> Result) -> Result {
        if isKnownUniquelyReferenced(&storage) { return body(storage) }
        // The old memory lives until the edit is over: an argument may point into it.
        let shared = storage
        storage = shared.clone()
        let result = body(storage)
        withExtendedLifetime(shared) {}
        return result
    }
}
