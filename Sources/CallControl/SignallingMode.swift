/// How calls that come from a trunk are treated.
@frozen public enum SignallingMode: UInt8, Hashable, Sendable {
    /// Tandem is both ends: two dialogs, each with its own identifiers; nothing of one side shows on the other.
    case b2bua
    /// Tandem forwards (RFC 3261 §16): one dialog from end to end, Record-Route keeps us in its path. Adapters and
    /// identity profiles don't apply, because a proxy must not change what they would change.
    case proxy
}
