public import TandemKit

/// Where a message came from and where its answer goes: our listener, the transport, the connection and the peer.
///
/// RFC 5626 calls this a flow. In-dialog requests and responses return on the flow that carried the dialog.
@frozen public struct Flow: Hashable, Sendable {
    /// The index of our listener in the configuration's order.
    public let listener: UInt16
    /// How the message travels.
    public let transport: TransportProtocol
    /// The connection, with its generation, of a stream transport. 0 for datagrams, and for "any connection to
    /// `remote`: open one when there is none".
    public let connection: UInt64
    /// The peer's address and port.
    public let remote: Endpoint

    /// Joins the parts of a flow.
    @inlinable public init(listener: UInt16, transport: TransportProtocol, connection: UInt64 = 0, remote: Endpoint) {
        self.listener = listener
        self.transport = transport
        self.connection = connection
        self.remote = remote
    }
}
