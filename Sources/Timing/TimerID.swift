/// Names one scheduled timer of a `TimerWheel`.
///
/// It stays harmless after its timer has fired or was cancelled: the wheel gives each use of a node a new generation,
/// so an old identity never reaches a later timer.
@frozen public struct TimerID: Hashable, Sendable {
    /// Generation in the upper half, index of the node in the lower.
    @usableFromInline let raw: UInt64

    /// The identity that no timer ever has.
    @inlinable public static var none: TimerID { TimerID(raw: 0) }

    @inlinable init(raw: UInt64) { self.raw = raw }

    init(index: UInt32, generation: UInt32) { raw = UInt64(generation) << 32 | UInt64(index) }

    var index: UInt32 { UInt32(truncatingIfNeeded: raw) }
    var generation: UInt32 { UInt32(raw >> 32) }
}
