/// The number of a call in one run of the daemon: the shard that holds it and its place in the shard's order.
///
/// Operators and the log name calls by it: `2-17` is the 17th call of shard 2.
@frozen public struct CallNumber: Hashable, Sendable, CustomStringConvertible, LosslessStringConvertible {
    /// The shard in the upper 16 bits, the sequence number below. 0 stands for no call.
    public let raw: UInt64

    /// No call: what a message that belongs to none is traced with.
    public static let none = CallNumber(raw: 0)

    /// Wraps a stored number.
    @inlinable public init(raw: UInt64) { self.raw = raw }

    /// The number of the `sequence`th call, counted from 1, of a shard.
    @inlinable public init(shard: UInt16, sequence: UInt64) {
        raw = UInt64(shard) << 48 | sequence & 0xFFFF_FFFF_FFFF
    }

    /// The shard that holds the call.
    @inlinable public var shard: UInt16 { UInt16(truncatingIfNeeded: raw >> 48) }

    /// The call's place in the order of its shard, from 1.
    @inlinable public var sequence: UInt64 { raw & 0xFFFF_FFFF_FFFF }

    /// `shard-sequence`, both decimal.
    public var description: String { "\(shard)-\(sequence)" }

    /// Reads `shard-sequence`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let shard = UInt16(parts[0]), let sequence = UInt64(parts[1]),
            sequence > 0, sequence < 1 << 48
        else { return nil }
        self.init(shard: shard, sequence: sequence)
    }
}
