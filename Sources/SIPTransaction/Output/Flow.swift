public import TandemKit

/// Where a message came from and where its answer goes: our listener, the transport, the connection and the peer.
///
/// RFC 5626 calls this a flow. In-dialog requests and responses return on the flow that carried the dialog.
@frozen public struct Flow: Hashable, Sendable {
    /// The index of our listener in the configuration's order.
    public let listener: UInt16
    /// How the message travels.
    public let transport: TransportProtocol
    /// Whose identity the peer of a TLS connection has proved by its certificate, or has to prove when one is opened: a
    /// number of the composition's choice, such as that of a trunk. 0 for nobody's.
    public let identity: UInt16
    /// The connection, with its generation, of a stream transport. 0 for datagrams, and for "any connection to
    /// `remote`: open one when there is none".
    public let connection: UInt64
    /// The peer's address and port.
    public let remote: Endpoint

    /// Joins the parts of a flow.
    @inlinable public init(
        listener: UInt16, transport: TransportProtocol, identity: UInt16 = 0, connection: UInt64 = 0, remote: Endpoint
    ) {
        self.listener = listener
        self.transport = transport
        self.identity = identity
        self.connection = connection
        self.remote = remote
    }

    /// The same way over one connection.
    public func with(connection: UInt64) -> Flow {
        Flow(listener: listener, transport: transport, identity: identity, connection: connection, remote: remote)
    }

    /// The same way over whatever connection there is or can be opened.
    public var withoutConnection: Flow { with(connection: 0) }

    /// The same way with a peer who has proved, or has to prove, another identity.
    public func with(identity: UInt16) -> Flow {
        Flow(listener: listener, transport: transport, identity: identity, connection: connection, remote: remote)
    }
}
