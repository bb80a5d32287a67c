/// An IP address and a port: where a datagram comes from or a connection leads.
@frozen public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// The address.
    public let address: IPAddress
    /// The port in host byte order.
    public let port: UInt16

    /// Joins an address and a port.
    @inlinable public init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// `192.0.2.1:5060`, or `[2001:db8::1]:5060`.
    public var description: String {
        address.isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
}
