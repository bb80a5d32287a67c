/// What a plugin may know about a listener: where Tandem takes messages.
public final class ListenerFacts: Sendable {
    /// The name in the configuration.
    public let name: String
    /// The address it is bound to; 0.0.0.0 or :: for all.
    public let address: IPAddress
    /// The port it is bound to.
    public let port: UInt16
    /// How messages travel.
    public let transport: TransportProtocol

    /// Joins the facts.
    public init(name: String, address: IPAddress, port: UInt16, transport: TransportProtocol) {
        self.name = name
        self.address = address
        self.port = port
        self.transport = transport
    }
}
