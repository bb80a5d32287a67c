/// What a plugin may know about a trunk. Made once per configuration and shared: reading it costs no allocation.
public final class TrunkFacts: Sendable {
    /// The name in the configuration.
    public let name: String
    /// The host that we write into Via, Contact and SDP towards this trunk: the advertised one, without brackets.
    public let advertisedHost: String
    /// The port beside `advertisedHost`.
    public let advertisedPort: UInt16
    /// How messages travel on this trunk.
    public let transport: TransportProtocol
    /// The domain that stands for us in identities towards this trunk; `advertisedHost` when none is configured.
    public let domain: String
    /// Where its messages come in and go out; nil for a trunk of a test.
    public let listener: ListenerFacts?
    /// `domain` as a URI holds it: an IPv6 address in brackets.
    let uriDomain: String

    /// Joins the facts. (A plugin's optimized code calls a final class's designated initializers directly: this one stays
    /// such a one.)
    public init(
        name: String, advertisedHost: String, advertisedPort: UInt16, transport: TransportProtocol,
        domain: String? = nil
    ) {
        self.name = name
        self.advertisedHost = advertisedHost
        self.advertisedPort = advertisedPort
        self.transport = transport
        self.domain = domain ?? advertisedHost
        listener = nil
        uriDomain = TrunkFacts.uriDomain(self.domain)
    }

    /// Joins the facts, those of its listener included.
    public init(
        name: String, advertisedHost: String, advertisedPort: UInt16, transport: TransportProtocol,
        domain: String?, listener: ListenerFacts?
    ) {
        self.name = name
        self.advertisedHost = advertisedHost
        self.advertisedPort = advertisedPort
        self.transport = transport
        self.domain = domain ?? advertisedHost
        self.listener = listener
        uriDomain = TrunkFacts.uriDomain(self.domain)
    }

    private static func uriDomain(_ domain: String) -> String {
        let isBareIPv6 = domain.utf8.contains(UInt8(ascii: ":")) && domain.utf8.first != UInt8(ascii: "[")
        return isBareIPv6 ? "[\(domain)]" : domain
    }
}
