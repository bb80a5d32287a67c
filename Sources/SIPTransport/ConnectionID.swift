/// The number of a connection in `Flow.connection`: generation, shard and place. A number that has ended never names
/// another connection, because each use of a place has a new generation.
public struct ConnectionID: Hashable, Sendable {
    /// Most places in the table of one shard.
    static let placeLimit = 1 << 24

    /// The value for `Flow.connection`; never 0.
    public let raw: UInt64

    /// Wraps the number of a flow.
    public init(raw: UInt64) { self.raw = raw }

    init(place: Int, shard: UInt8, generation: UInt32) {
        raw = UInt64(generation) << 32 | UInt64(shard) << 24 | UInt64(place)
    }

    /// The shard whose loop owns the connection; only there can be sent on it.
    public var shard: UInt8 { UInt8(truncatingIfNeeded: raw >> 24) }

    var place: Int { Int(raw & 0xFF_FFFF) }
    var generation: UInt32 { UInt32(raw >> 32) }
}
