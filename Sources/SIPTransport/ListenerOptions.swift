public import Timing

/// How a listener's connections and datagrams are treated.
public struct ListenerOptions: Hashable, Sendable {
    /// The differentiated services code point of what is sent (RFC 2474): 24, CS3, as networks expect of signalling
    /// (RFC 4594 §4.2 calls for 40, which few use).
    public var codePoint: UInt8
    /// After how long a silence a peer that we have connected to is asked whether it is there (RFC 5626 §4.4.1); nil for
    /// never.
    public var keepAlive: TimeInterval?

    /// Joins the parts.
    public init(codePoint: UInt8 = 24, keepAlive: TimeInterval? = nil) {
        (self.codePoint, self.keepAlive) = (codePoint, keepAlive)
    }
}
