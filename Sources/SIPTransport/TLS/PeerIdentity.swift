public import TandemKit

/// Whom the peer of a TLS connection has to be: a DNS name, or an address where it is known by nothing else (RFC 5922).
public struct PeerIdentity: Hashable, Sendable, CustomStringConvertible {
    /// The name in lower case, without the dot of the root; nil for an address.
    public let name: String?
    /// The address; nil for a name.
    public let address: IPAddress?

    /// A host as it is written in a configuration.
    public init(_ host: String) {
        address = IPAddress(host)
        name = address == nil ? Self.canonical(host) : nil
    }

    static func canonical(_ name: some StringProtocol) -> String {
        let lower = name.lowercased()
        return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
    }

    /// The host.
    public var description: String { name ?? address.map { "\($0)" } ?? "" }
}
