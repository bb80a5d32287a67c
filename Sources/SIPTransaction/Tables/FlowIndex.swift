import TandemKit

extension Flow {
    /// A keyed hash, never 0.
    func hash(secret: UInt64) -> UInt64 {
        var state = secret ^ remote.address.high
        state = Flow.mix(state, remote.address.low ^ 0xA076_1D64_78BD_642F)
        state = Flow.mix(state ^ connection, 0xE703_7ED1_A0B4_28DB ^ secret)
        let small =
            UInt64(listener) | UInt64(remote.port) << 16 | UInt64(transport.raw) << 32
            | UInt64(identity) << 40
        return max(Flow.mix(state ^ small, 0x8EBC_6AF0_9C88_C6E3 ^ secret), 1)
    }

    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right | 1)
        return product.high ^ product.low
    }
}

/// Lists the client transactions that wait for an answer by the flow they were sent on, so that the loss of a
/// connection fails just those. The lists run through the entries.
struct FlowIndex: ~Copyable {
    private var heads = HashIndex(capacity: 64)

    init() {}

    /// The newest waiting transaction on a flow.
    func first(on flow: Flow, hash: UInt64, in store: borrowing TransactionStore) -> UInt32? {
        var cursor = heads.start(hash)
        while let place = heads.next(&cursor) {
            if store[place].pointee.flow == flow { return place }
        }
        return nil
    }

    /// Lists a transaction under its flow.
    mutating func insert(_ place: UInt32, secret: UInt64, in store: borrowing TransactionStore) {
        let entry = store[place]
        let hash = entry.pointee.flow.hash(secret: secret)
        entry.pointee.flowHash = hash
        if let head = first(on: entry.pointee.flow, hash: hash, in: store) {
            entry.pointee.flowNext = head
            store[head].pointee.flowPrevious = place
            heads.replace(head, by: place, hash: hash)
        } else {
            heads.insert(place, hash: hash)
        }
    }

    /// Takes a transaction off its list; does nothing when it is on none.
    mutating func remove(_ place: UInt32, in store: borrowing TransactionStore) {
        let entry = store[place]
        let hash = entry.pointee.flowHash
        guard hash != 0 else { return }
        let next = entry.pointee.flowNext
        let previous = entry.pointee.flowPrevious
        if next != TransactionEntry.none { store[next].pointee.flowPrevious = previous }
        if previous != TransactionEntry.none {
            store[previous].pointee.flowNext = next
        } else if next != TransactionEntry.none {
            heads.replace(place, by: next, hash: hash)
        } else {
            heads.remove(place, hash: hash)
        }
        entry.pointee.flowHash = 0
        entry.pointee.flowNext = TransactionEntry.none
        entry.pointee.flowPrevious = TransactionEntry.none
    }
}
