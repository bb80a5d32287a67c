/// What is asked of DNS: records of one kind of one name.
public struct DNSQuestion: Hashable, Sendable, CustomStringConvertible {
    /// The kinds of records by which SIP servers are found (RFC 3263), by their numbers in DNS.
    public enum Kind: UInt16, Sendable, CaseIterable {
        /// IPv4 addresses.
        case a = 1
        /// IPv6 addresses.
        case aaaa = 28
        /// Hosts and ports of a service (RFC 2782).
        case srv = 33
        /// Which services a domain has (RFC 3403).
        case naptr = 35
    }

    /// The name, in lower case and without a dot at its end.
    public let name: String
    /// What is asked for.
    public let kind: Kind

    /// Joins name and kind.
    public init(_ name: String, _ kind: Kind) {
        let lower = name.lowercased()
        self.name = lower.utf8.last == UInt8(ascii: ".") ? String(lower.dropLast()) : lower
        self.kind = kind
    }

    /// `gw.example.net SRV`.
    public var description: String { "\(name) \("\(kind)".uppercased())" }
}
