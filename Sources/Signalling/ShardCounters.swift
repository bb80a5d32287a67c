/// What one shard has done besides calls, since it began.
struct ShardCounters: Hashable, Sendable {
    /// Messages that could not be parsed or framed.
    var malformed: UInt64 = 0
    /// Messages handed to the shard that owns their call or connection.
    var handedOver: UInt64 = 0
    /// Messages lost because the other shard's mailbox was full.
    var handOversRefused: UInt64 = 0
    /// Messages of ours that the transport could not send.
    var notSent: UInt64 = 0
    /// INVITEs that were left to the process that takes over.
    var held: UInt64 = 0
}
