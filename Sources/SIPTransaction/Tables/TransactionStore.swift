import TandemKit

/// The entries of all transactions of a shard, in chunks that never move, with a free list.
struct TransactionStore: ~Copyable {
    /// Transactions alive.
    private(set) var count = 0

    private static let chunkShift: UInt32 = 10
    private static let chunkCount = 1 << Int(chunkShift)
    private var chunks: [UnsafeMutablePointer<TransactionEntry>] = []
    private var freePlaces: [UInt32] = []

    init() {}

    deinit {
        for chunk in chunks { chunk.deallocate() }
    }

    /// The entry at a place that `insert` gave; it doesn't move.
    @inline(__always) subscript(place: UInt32) -> UnsafeMutablePointer<TransactionEntry> {
        chunks[Int(place >> Self.chunkShift)] + Int(place & (1 << Self.chunkShift - 1))
    }

    /// The entry that an identity names, or nil when it has ended.
    @inline(__always) func find(_ raw: UInt64) -> UnsafeMutablePointer<TransactionEntry>? {
        let place = UInt32(truncatingIfNeeded: raw)
        guard Int(place >> Self.chunkShift) < chunks.count else { return nil }
        let entry = self[place]
        guard entry.pointee.generation == UInt32(raw >> 32), entry.pointee.machine != nil else { return nil }
        return entry
    }

    /// Takes a free place for a new transaction. Its machine is set by the caller.
    mutating func insert(flow: Flow, method: SIPMethod) -> UInt32 {
        if freePlaces.isEmpty { addChunk() }
        let place = freePlaces.removeLast()
        let entry = self[place]
        let generation = entry.pointee.generation &+ 1
        entry.pointee = TransactionEntry(flow: flow, method: method, generation: max(generation, 1))
        count += 1
        return place
    }

    /// Frees a place; its identity names nothing from now on.
    mutating func remove(_ place: UInt32) {
        self[place].pointee.machine = nil
        freePlaces.append(place)
        count -= 1
    }

    /// The places alive that satisfy a condition: for inputs that concern many, never per message.
    func places(where condition: (TransactionEntry) -> Bool) -> [UInt32] {
        var found: [UInt32] = []
        for chunk in chunks.indices {
            for index in 0..<Self.chunkCount where chunks[chunk][index].machine != nil {
                if condition(chunks[chunk][index]) { found.append(UInt32(chunk * Self.chunkCount + index)) }
            }
        }
        return found
    }

    private mutating func addChunk() {
        let chunk = UnsafeMutablePointer<TransactionEntry>.allocate(capacity: Self.chunkCount)
        let vacant = Flow(listener: 0, transport: .udp, remote: Endpoint(address: IPAddress(ipv4: 0), port: 0))
        chunk.initialize(
            repeating: TransactionEntry(flow: vacant, method: .other, generation: 0), count: Self.chunkCount)
        let first = UInt32(chunks.count * Self.chunkCount)
        chunks.append(chunk)
        freePlaces.reserveCapacity(chunks.count * Self.chunkCount)
        for index in (0..<UInt32(Self.chunkCount)).reversed() { freePlaces.append(first + index) }
    }
}
