public import SIPTransaction
public import TandemKit
public import Timing

/// What a traced message was to us.
public struct TraceRecord: Hashable, Sendable {
    /// Whether we sent the message.
    public var isOutgoing: Bool
    /// Whether the message is a retransmission of ours.
    public var isRetransmission: Bool
    /// The leg of the call: 0 for the caller's side, 1 and up for the attempts towards callees in their order.
    public var leg: UInt8
    /// The index of the trunk; 0xFFFF when unknown.
    public var trunk: UInt16
    /// When it was received or sent.
    public var time: Timestamp
    /// The call it belongs to, or `.none`.
    public var call: CallNumber
    /// Where it came from or went to.
    public var flow: Flow

    /// The trunk index of a message whose trunk is not known.
    public static let noTrunk: UInt16 = 0xFFFF

    /// Joins the facts of one message.
    public init(
        isOutgoing: Bool, isRetransmission: Bool = false, leg: UInt8 = 0, trunk: UInt16 = TraceRecord.noTrunk,
        time: Timestamp, call: CallNumber = .none, flow: Flow
    ) {
        self.isOutgoing = isOutgoing
        self.isRetransmission = isRetransmission
        self.leg = leg
        self.trunk = trunk
        self.time = time
        self.call = call
        self.flow = flow
    }
}

/// The last messages of one shard, both directions, byte for byte: always on, in a fixed block of memory.
///
/// One message costs one `memcpy`. When the block is full the oldest messages give way. A record lies in one piece: what
/// doesn't fit before the end of the block starts at its beginning. Confined to the shard's thread.
public final class TraceRing {
    /// The size of the ring unless the configuration says otherwise: 16 MiB.
    public static let defaultCapacity = 16 << 20
    /// Bytes of a message beyond this are cut off: no message of ours is longer.
    public static let longestMessage = 65_535

    /// Messages recorded since the start.
    public private(set) var recordedCount: UInt64 = 0
    /// The size of the block in bytes; 0 switches the trace off.
    public let capacity: Int

    private let base: UnsafeMutableRawPointer
    /// Positions grow for ever; the offset in the block is the position modulo `capacity`.
    private var oldest: UInt64 = 0
    private var end: UInt64 = 0
    private static let headerSize = (MemoryLayout<Header>.stride + 15) & ~15

    private struct Header {
        /// Size of the whole record, header and padding included.
        var size: UInt32
        /// Length of the message; `padding` for a record that only fills the block up to its end.
        var count: UInt32
        var record: TraceRecord
        static let padding: UInt32 = .max
    }

    /// Makes a ring of `capacity` bytes, rounded down to 16; less than two of the longest messages switches it off.
    public init(capacity: Int = TraceRing.defaultCapacity) {
        self.capacity = capacity < 2 * (Self.longestMessage + 256) ? 0 : capacity & ~15
        base = .allocate(byteCount: max(16, self.capacity), alignment: 16)
    }

    deinit { base.deallocate() }

    /// Records a message. Returns its position for `assign`, 0-based and unique; nil when the trace is off.
    @discardableResult
    public func append(_ record: TraceRecord, _ bytes: UnsafeRawBufferPointer) -> UInt64? {
        guard capacity > 0 else { return nil }
        let count = min(bytes.count, Self.longestMessage)
        let position = reserve(size: Self.headerSize + (count + 15) & ~15)
        let place = base + Int(position % UInt64(capacity))
        let header = Header(size: UInt32(end - position), count: UInt32(count), record: record)
        place.storeBytes(of: header, as: Header.self)
        if count > 0 { (place + Self.headerSize).copyMemory(from: bytes.baseAddress!, byteCount: count) }
        recordedCount &+= 1
        return position
    }

    /// Says which call, leg and trunk the message at `position` belongs to: an incoming message is recorded before that
    /// is known. Ignored when the record has given way meanwhile.
    public func assign(_ position: UInt64, call: CallNumber, leg: UInt8, trunk: UInt16) {
        guard capacity > 0, position >= oldest, position < end else { return }
        let place = base + Int(position % UInt64(capacity))
        var header = place.load(as: Header.self)
        header.record.call = call
        header.record.leg = leg
        header.record.trunk = trunk
        place.storeBytes(of: header, as: Header.self)
    }

    /// Visits the records from the oldest to the newest. The bytes are valid during the visit only.
    public func forEach(_ visit: (TraceRecord, UnsafeRawBufferPointer) -> Void) {
        var position = oldest
        while position < end {
            let place = base + Int(position % UInt64(capacity))
            let header = place.load(as: Header.self)
            position += UInt64(header.size)
            guard header.count != Header.padding else { continue }
            visit(header.record, UnsafeRawBufferPointer(start: place + Self.headerSize, count: Int(header.count)))
        }
    }

    /// Makes room for `size` bytes in one piece and returns where they start.
    private func reserve(size: Int) -> UInt64 {
        let offset = Int(end % UInt64(capacity))
        let rest = capacity - offset
        if rest < size {
            release(upTo: end + UInt64(rest))
            pad(at: offset, count: rest)
            end += UInt64(rest)
        }
        release(upTo: end + UInt64(size))
        let position = end
        end += UInt64(size)
        return position
    }

    /// Drops the oldest records until the block holds nothing older than what `newEnd` leaves room for.
    private func release(upTo newEnd: UInt64) {
        while newEnd - oldest > UInt64(capacity), oldest < end {
            oldest += UInt64((base + Int(oldest % UInt64(capacity))).load(as: UInt32.self))
        }
    }

    /// Fills the end of the block. Records are multiples of 16 bytes, so there's always room for size and count.
    private func pad(at offset: Int, count: Int) {
        (base + offset).storeBytes(of: UInt32(count), as: UInt32.self)
        (base + offset + 4).storeBytes(of: Header.padding, as: UInt32.self)
    }
}
