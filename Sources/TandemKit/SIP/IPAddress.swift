/// An IPv4 or IPv6 address as plain bits. An IPv4 address stays IPv4: it never equals its IPv4-mapped IPv6 form.
@frozen public struct IPAddress: Hashable, Sendable {
    /// The first eight bytes of an IPv6 address as a big-endian number; 0 for IPv4.
    public let high: UInt64
    /// The last eight bytes of an IPv6 address, or the IPv4 address, as a big-endian number.
    public let low: UInt64
    /// The interface index of a link-local IPv6 address; 0 when none.
    public let scope: UInt32
    /// Whether this is an IPv6 address.
    public let isIPv6: Bool

    /// An IPv4 address from its 32 bits in host order: `0x7F000001` is 127.0.0.1.
    @inlinable public init(ipv4 bits: UInt32) {
        high = 0
        low = UInt64(bits)
        scope = 0
        isIPv6 = false
    }

    /// An IPv6 address from its two halves in host order.
    @inlinable public init(ipv6High: UInt64, low: UInt64, scope: UInt32 = 0) {
        high = ipv6High
        self.low = low
        self.scope = scope
        isIPv6 = true
    }
}
