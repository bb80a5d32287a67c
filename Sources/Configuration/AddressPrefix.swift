public import TandemKit

/// A range of addresses that begin with the same bits: `192.0.2.0/24`, `2001:db8::/32` (RFC 4632, RFC 4291 §2.3).
public struct AddressPrefix: Hashable, Sendable, CustomStringConvertible {
    /// The first address of the range.
    public let address: IPAddress
    /// How many leading bits count: up to 32 for IPv4, up to 128 for IPv6.
    public let length: Int

    /// The range that holds one address only.
    public init(_ address: IPAddress) {
        self.address = address
        length = address.isIPv6 ? 128 : 32
    }

    /// The range of the addresses that share the first `length` bits of `address`; nil when `length` is out of range.
    public init?(_ address: IPAddress, length: Int) {
        guard length >= 0, length <= (address.isIPv6 ? 128 : 32) else { return nil }
        let mask = Self.mask(length: length, isIPv6: address.isIPv6)
        self.length = length
        self.address =
            address.isIPv6
            ? IPAddress(ipv6High: address.high & mask.high, low: address.low & mask.low)
            : IPAddress(ipv4: UInt32(truncatingIfNeeded: address.low & mask.low))
    }

    /// Whether the address lies in the range.
    public func contains(_ other: IPAddress) -> Bool {
        let mask = Self.mask(length: length, isIPv6: address.isIPv6)
        return other.isIPv6 == address.isIPv6 && other.high & mask.high == address.high
            && other.low & mask.low == address.low
    }

    /// The bits that count, in the two halves that `IPAddress` has.
    public static func mask(length: Int, isIPv6: Bool) -> (high: UInt64, low: UInt64) {
        if !isIPv6 { return (0, length == 0 ? 0 : UInt64(~UInt32(0) << UInt32(32 - length))) }
        let high = length == 0 ? 0 : ~UInt64(0) << UInt64(max(0, 64 - length))
        return (high, length <= 64 ? 0 : ~UInt64(0) << UInt64(128 - length))
    }

    /// `192.0.2.0/24`.
    public var description: String { "\(address)/\(length)" }
}
