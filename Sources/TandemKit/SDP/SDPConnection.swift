/// An address in a session description: the `c=` line, or the end of the `o=` line (RFC 8866 §5.7).
public struct SDPConnection: Hashable, Sendable {
    /// `IN`.
    public var networkType: String
    /// `IP4` or `IP6`.
    public var addressType: String
    /// The address or domain, with TTL and count behind slashes for multicast.
    public var address: String

    /// Joins the parts of a connection.
    public init(networkType: String = "IN", addressType: String, address: String) {
        self.networkType = networkType
        self.addressType = addressType
        self.address = address
    }

    /// The connection to an address whose type its form tells: a colon makes it IPv6.
    public init(address: String) {
        self.init(addressType: address.utf8.contains(UInt8(ascii: ":")) ? "IP6" : "IP4", address: address)
    }

    /// Reads what follows `c=`; nil when it lacks one of its three parts.
    init?(_ text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 3 else { return nil }
        self.init(networkType: String(parts[0]), addressType: String(parts[1]), address: String(parts[2]))
    }

    var text: String { "\(networkType) \(addressType) \(address)" }

    /// Whether it is the address that RFC 2543 used for hold: `0.0.0.0`, or `::`.
    public var isUnspecified: Bool { address == "0.0.0.0" || address == "::" }
}
