public import TandemKit

/// The messages that one input of a shard's machines has produced: filled by the machines, drained by the shell after
/// each input.
///
/// Messages are serialized directly into one reused arena: `reserve` room, write, `commit`. Nothing is allocated once
/// the arena has grown to the largest burst. Confined to the shard's thread.
public final class TransmitQueue {
    /// Most bytes that wait at once unless the owner says otherwise.
    public static let defaultByteLimit = 16 << 20
    /// Most messages that wait at once unless the owner says otherwise.
    public static let defaultCountLimit = 32_768

    /// Most bytes that wait at once. A message beyond it is dropped and counted: to the protocol it is a lost packet.
    public let byteLimit: Int
    /// Most messages that wait at once.
    public let countLimit: Int

    /// All that changes, in memory of its own: a class's own variables would be checked for overlapping access each time.
    private let buffers: UnsafeMutablePointer<TransmitBuffers>

    /// Makes an empty queue.
    public init(
        byteLimit: Int = TransmitQueue.defaultByteLimit, countLimit: Int = TransmitQueue.defaultCountLimit
    ) {
        self.byteLimit = byteLimit
        self.countLimit = countLimit
        buffers = .allocate(capacity: 1)
        buffers.initialize(to: TransmitBuffers())
    }

    deinit {
        buffers.deinitialize(count: 1)
        buffers.deallocate()
    }

    /// Messages waiting.
    public var count: Int { buffers.pointee.count }

    /// Bytes waiting.
    public var byteCount: Int { buffers.pointee.byteCount }

    /// Messages dropped because a limit was reached.
    public var droppedCount: UInt64 { buffers.pointee.droppedCount }

    /// Whether nothing waits.
    public var isEmpty: Bool { count == 0 }

    /// Whether more than half of a limit is used: a good moment to pause and let the shell drain.
    public var isHalfFull: Bool { byteCount > byteLimit / 2 || count > countLimit / 2 }

    /// The message at a position below `count`, in the order of commits.
    public subscript(index: Int) -> TransmitRecord {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such message")
        return buffers.pointee.records[index]
    }

    /// The bytes of a waiting message; valid until the next `reserve` or `removeAll`.
    public func bytes(of record: TransmitRecord) -> Bytes {
        Bytes(UnsafeRawBufferPointer(start: buffers.pointee.arena + record.offset, count: record.count))
    }

    /// Makes room for a message of at most `size` bytes; nil, and counted, when a limit is reached.
    ///
    /// The room is lost unless `commit` follows before the next `reserve`.
    public func reserve(_ size: Int) -> UnsafeMutableRawBufferPointer? {
        guard byteCount + size <= byteLimit, count < countLimit else {
            buffers.pointee.droppedCount &+= 1
            return nil
        }
        return buffers.pointee.room(size)
    }

    /// Serializes a message into room reserved for it and returns its size; nil, and counted, when a limit is reached.
    public func reserve(for message: SIPMessage) -> Int? {
        if byteCount + Self.usualSize <= byteLimit, count < countLimit {
            let size = message.write(to: buffers.pointee.room(Self.usualSize))
            if size >= 0 { return size }
        }
        let size = message.serializedCount
        guard let room = reserve(size), message.write(to: room) == size else { return nil }
        return size
    }

    /// Queues the first `size` bytes of the room just reserved.
    public func commit(_ size: Int, to flow: Flow, kind: TransmitRecord.Kind, transaction: UInt64 = 0) {
        buffers.pointee.commit(size, to: flow, kind: kind, transaction: transaction)
    }

    /// Queues a copy of `bytes`. Returns false, and counts, when a limit is reached.
    @discardableResult
    public func append(_ bytes: Bytes, to flow: Flow, kind: TransmitRecord.Kind, transaction: UInt64 = 0) -> Bool {
        guard let room = reserve(bytes.count) else { return false }
        room.copyMemory(from: bytes.buffer)
        commit(bytes.count, to: flow, kind: kind, transaction: transaction)
        return true
    }

    /// Forgets all messages; the memory is kept for the next.
    public func removeAll() { buffers.pointee.removeAll() }

    /// Room in which nearly every message fits, so that it need not be measured before it is written.
    private static let usualSize = 4096
}

/// The memory of a `TransmitQueue`.
private struct TransmitBuffers: ~Copyable {
    private(set) var arena: UnsafeMutableRawPointer
    private(set) var records: UnsafeMutablePointer<TransmitRecord>
    private(set) var count = 0
    private(set) var byteCount = 0
    var droppedCount: UInt64 = 0
    private var arenaCapacity = 65_536
    private var recordCapacity = 64

    init() {
        arena = .allocate(byteCount: arenaCapacity, alignment: 16)
        records = .allocate(capacity: recordCapacity)
    }

    deinit {
        arena.deallocate()
        records.deallocate()
    }

    /// Room behind the messages that wait.
    mutating func room(_ size: Int) -> UnsafeMutableRawBufferPointer {
        if byteCount + size > arenaCapacity { growArena(to: byteCount + size) }
        return UnsafeMutableRawBufferPointer(start: arena + byteCount, count: size)
    }

    mutating func commit(_ size: Int, to flow: Flow, kind: TransmitRecord.Kind, transaction: UInt64) {
        precondition(byteCount + size <= arenaCapacity, "more was written than reserved")
        if count == recordCapacity { growRecords() }
        (records + count).initialize(
            to: TransmitRecord(flow: flow, transaction: transaction, offset: byteCount, count: size, kind: kind))
        count += 1
        byteCount += size
    }

    mutating func removeAll() {
        count = 0
        byteCount = 0
    }

    private mutating func growArena(to needed: Int) {
        var capacity = arenaCapacity
        while capacity < needed { capacity *= 2 }
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        larger.copyMemory(from: arena, byteCount: byteCount)
        arena.deallocate()
        arena = larger
        arenaCapacity = capacity
    }

    private mutating func growRecords() {
        let larger = UnsafeMutablePointer<TransmitRecord>.allocate(capacity: recordCapacity * 2)
        larger.moveInitialize(from: records, count: count)
        records.deallocate()
        records = larger
        recordCapacity *= 2
    }
}
