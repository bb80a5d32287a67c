/// What one shard's transport has done since it was made.
public struct TransportCounters: Equatable, Sendable {
    /// Datagrams delivered.
    public var datagramsReceived: UInt64 = 0
    /// Datagrams that were empty or only line ends and zeros (keep-alives); ignored.
    public var datagramsIgnored: UInt64 = 0
    /// Datagrams handed to the kernel.
    public var datagramsSent: UInt64 = 0
    /// Datagrams that waited for room in the kernel's send buffer.
    public var datagramsQueued: UInt64 = 0
    /// Datagrams dropped because `queuedDatagrams` or `queuedDatagramBytes` was reached.
    public var datagramsDropped: UInt64 = 0
    /// Datagrams that the kernel refused or cut.
    public var datagramsFailed: UInt64 = 0
    /// ICMP errors reported for our datagrams.
    public var icmpErrors: UInt64 = 0

    /// Connections accepted.
    public var connectionsAccepted: UInt64 = 0
    /// Connections opened, established or not.
    public var connectionsOpened: UInt64 = 0
    /// Connections refused because `connections`, `connectionsPerListener` or `connectionsPerSource` was reached.
    public var connectionsRefused: UInt64 = 0
    /// Times that accepting paused because the host was out of descriptors.
    public var acceptPauses: UInt64 = 0
    /// Connections ended, for whatever reason.
    public var connectionsEnded: UInt64 = 0
    /// Connections ended because nothing came in time.
    public var connectionsIdle: UInt64 = 0
    /// TLS handshakes done, in both roles.
    public var handshakesDone: UInt64 = 0
    /// Those of them that were shortened by what an earlier connection has left.
    public var handshakesResumed: UInt64 = 0
    /// TLS handshakes that failed, in both roles, those that took too long among them.
    public var handshakesFailed: UInt64 = 0
    /// TLS handshakes that took longer than `handshakeTimeout`.
    public var handshakesTimedOut: UInt64 = 0
    /// Connections refused because `handshakesPerListener` or `handshakesPerSource` was reached.
    public var handshakesRefused: UInt64 = 0
    /// Messages delivered from streams.
    public var messagesReceived: UInt64 = 0
    /// Messages taken for streams.
    public var messagesSent: UInt64 = 0
    /// Messages refused because `queuedStreamBytes` was reached.
    public var messagesRefused: UInt64 = 0
    /// Writes to a stream that the kernel took only a part of.
    public var shortWrites: UInt64 = 0
    /// Keep-alives answered.
    public var keepAlives: UInt64 = 0
    /// Pings sent to peers that we have connected to (RFC 5626).
    public var pings: UInt64 = 0
    /// Connections ended because a ping had no answer.
    public var pongsMissed: UInt64 = 0
    /// WebSockets opened by clients.
    public var webSocketsOpened: UInt64 = 0
    /// Requests for a WebSocket that were refused.
    public var webSocketsRefused: UInt64 = 0
    /// Streams that could not be framed.
    public var streamsUnframeable: UInt64 = 0

    /// All zero.
    public init() {}

    mutating func addDatagrams(of other: TransportCounters) {
        datagramsReceived &+= other.datagramsReceived
        datagramsIgnored &+= other.datagramsIgnored
        datagramsSent &+= other.datagramsSent
        datagramsQueued &+= other.datagramsQueued
        datagramsDropped &+= other.datagramsDropped
        datagramsFailed &+= other.datagramsFailed
        icmpErrors &+= other.icmpErrors
    }
}
