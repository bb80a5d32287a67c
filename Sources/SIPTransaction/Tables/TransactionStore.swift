import TandemKit

/// The entries of all transactions of a shard, in chunks that never move, with a free list.
struct TransactionStore: ~Copyable {
    /// Transactions alive.
    private(set) var count = 0

    private static let chunkShift: UInt32 = 10
    private static let chunkCount = 1 << Int(chunkShift)
    /// Room for the addresses of as many chunks as there can be entries for.
    private let chunks: UnsafeMutablePointer<UnsafeMutablePointer<TransactionEntry>>
    private let chunkLimit: Int
    private var usedChunks = 0
    /// The free places are a list through `flowNext`.
    private var firstFree = TransactionEntry.none

    /// Makes room for `limit` entries, without their memory.
    init(limit: Int) {
        chunkLimit = limit / Self.chunkCount + 1
        chunks = .allocate(capacity: chunkLimit)
    }

    deinit {
        for index in 0..<usedChunks { chunks[index].deallocate() }
        chunks.deallocate()
    }

    /// The entry at a place that `insert` gave; it doesn't move.
    @inline(__always) subscript(place: UInt32) -> UnsafeMutablePointer<TransactionEntry> {
        chunks[Int(place >> Self.chunkShift)] + Int(place & (1 << Self.chunkShift - 1))
    }

    /// The entry that an identity names, or nil when it has ended.
    @inline(__always) func find(_ raw: UInt64) -> UnsafeMutablePointer<TransactionEntry>? {
        let place = UInt32(truncatingIfNeeded: raw)
        guard Int(place >> Self.chunkShift) < usedChunks else { return nil }
        let entry = self[place]
        guard entry.pointee.generation == UInt32(raw >> 32), entry.pointee.machine != nil else { return nil }
        return entry
    }

    /// Takes a free place for a new transaction, of which there are fewer than the limit. Its machine is set by the
    /// caller.
    mutating func insert(flow: Flow, method: SIPMethod) -> UInt32 {
        if firstFree == TransactionEntry.none { addChunk() }
        let place = firstFree
        let entry = self[place]
        firstFree = entry.pointee.flowNext
        let generation = entry.pointee.generation &+ 1
        entry.pointee = TransactionEntry(flow: flow, method: method, generation: max(generation, 1))
        count += 1
        return place
    }

    /// Frees a place; its identity names nothing from now on.
    mutating func remove(_ place: UInt32) {
        self[place].pointee.machine = nil
        self[place].pointee.flowNext = firstFree
        firstFree = place
        count -= 1
    }

    private mutating func addChunk() {
        precondition(usedChunks < chunkLimit, "the owner asks for room before it inserts")
        let chunk = UnsafeMutablePointer<TransactionEntry>.allocate(capacity: Self.chunkCount)
        let vacant = Flow(listener: 0, transport: .udp, remote: Endpoint(address: IPAddress(ipv4: 0), port: 0))
        let first = UInt32(usedChunks * Self.chunkCount)
        for index in 0..<Self.chunkCount {
            (chunk + index).initialize(to: TransactionEntry(flow: vacant, method: .other, generation: 0))
            chunk[index].flowNext = index + 1 < Self.chunkCount ? first + UInt32(index) + 1 : firstFree
        }
        chunks[usedChunks] = chunk
        usedChunks += 1
        firstFree = first
    }
}
