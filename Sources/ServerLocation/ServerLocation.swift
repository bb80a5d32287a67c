public import TandemKit

/// Whom to find: a host as it is configured, and by what ways it can be reached.
public struct WantedServer: Hashable, Sendable {
    /// A way of ours to servers: a transport over one family of addresses.
    public struct Way: Hashable, Sendable {
        /// How messages travel.
        public var transport: TransportProtocol
        /// Whether to IPv6 addresses, else to those of IPv4.
        public var isIPv6: Bool

        /// Joins the parts.
        public init(_ transport: TransportProtocol, isIPv6: Bool) {
            (self.transport, self.isIPv6) = (transport, isIPv6)
        }
    }

    /// A host name.
    public var name: String
    /// The port, when one is written: then DNS is asked for addresses alone.
    public var port: UInt16?
    /// Whether the transport is written: then NAPTR isn't asked for.
    public var isTransportFixed: Bool
    /// Our ways, in the order of our preference.
    public var ways: [Way]

    /// Joins the parts.
    public init(name: String, port: UInt16?, isTransportFixed: Bool, ways: [Way]) {
        (self.name, self.port, self.isTransportFixed, self.ways) = (name, port, isTransportFixed, ways)
    }

    /// The transports of our ways, each once.
    var transports: [TransportProtocol] {
        ways.reduce(into: []) { if !$0.contains($1.transport) { $0.append($1.transport) } }
    }
}

/// Servers of one rank and weight: the addresses of one SRV record, or all where there is none.
public struct ServerGroup: Hashable, Sendable {
    /// The least is tried first.
    public var rank: Int
    /// Among those of a rank, how often this one comes first (RFC 2782).
    public var weight: UInt16
    /// How messages travel there.
    public var transport: TransportProtocol
    /// Its addresses, in the order of trial.
    public var servers: [Endpoint]

    /// Joins the parts.
    public init(rank: Int, weight: UInt16, transport: TransportProtocol, servers: [Endpoint]) {
        (self.rank, self.weight, self.transport, self.servers) = (rank, weight, transport, servers)
    }
}

/// Where a server was found.
public struct ServerLocation: Hashable, Sendable {
    /// The servers by rank; empty when none was found.
    public var groups: [ServerGroup]
    /// Why none was found, or why what was found may be out of date; nil when all is well.
    public var problem: String?

    /// Joins the parts.
    public init(groups: [ServerGroup] = [], problem: String? = nil) {
        (self.groups, self.problem) = (groups, problem)
    }

    /// All addresses, each once.
    public var addresses: [IPAddress] {
        groups.flatMap(\.servers).reduce(into: []) { if !$0.contains($1.address) { $0.append($1.address) } }
    }
}
