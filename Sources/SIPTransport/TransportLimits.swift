import Timing

/// Bounds and times of one shard's transport. Each has a counter in `TransportCounters`.
public struct TransportLimits: Sendable {
    /// Most datagrams read from one socket per batch, so that the other descriptors get their turn.
    public var datagramsPerBatch = 64
    /// Most datagrams that wait because the kernel's send buffer is full; more are dropped.
    public var queuedDatagrams = 1_024
    /// Most bytes of those datagrams.
    public var queuedDatagramBytes = 1 << 20

    /// Most connections of this shard, accepted and opened.
    public var connections = 16_384
    /// Most accepted connections of one listener.
    public var connectionsPerListener = 8_192
    /// Most accepted connections of one source address and listener.
    public var connectionsPerSource = 256
    /// Most accepted connections of one listener that have not done their TLS handshake.
    public var handshakesPerListener = 512
    /// Most of those of one source address.
    public var handshakesPerSource = 64
    /// Most connections accepted per batch.
    public var acceptsPerBatch = 64
    /// Most reads from one connection per batch; each takes up to 64 KiB.
    public var readsPerBatch = 4
    /// Most bytes of one message on a stream.
    public var messageBytes = StreamFramer.defaultMessageLimit
    /// Most bytes of its header.
    public var headBytes = StreamFramer.defaultHeadLimit
    /// Most bytes that wait to be written on one connection; a message beyond it is refused. From half of it on we don't
    /// read from that connection, so that a peer that doesn't take our answers can't ask for more.
    public var queuedStreamBytes = 256 << 10

    /// Longest wait for a connection to be established.
    public var connectTimeout = TimeInterval.seconds(4)
    /// Longest time from the first byte of a TLS handshake to its last.
    public var handshakeTimeout = TimeInterval.seconds(10)
    /// Longest time from the first byte of a message to its last, and from accepting a connection to its first message.
    public var messageTimeout = TimeInterval.seconds(32)
    /// Longest silence on a connection, both directions.
    public var idleTimeout = TimeInterval.seconds(900)
    /// How long an ended connection may still write what waits, while the peer's last bytes are thrown away.
    public var lingerTimeout = TimeInterval.seconds(2)
    /// Longest time for which a peer's host may leave our bytes or probes unanswered; whole seconds.
    public var deadPeerTimeout = TimeInterval.seconds(32)
    /// How long no connection is accepted after the host ran out of descriptors.
    public var acceptPause = TimeInterval.seconds(1)

    /// The defaults.
    public init() {}
}
