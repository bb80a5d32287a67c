import TandemKit
import Timing

/// The memory of a `TransactionLayer`: entries, their bytes, their timers and the ways to find them.
struct TransactionTables: ~Copyable {
    var store: TransactionStore
    var blocks = BlockPool()
    var wheel: TimerWheel
    /// Server transactions by branch.
    var servers = HashIndex()
    /// Client transactions by the random bits of their branch.
    var clients = HashIndex()
    /// Server transactions outside of a dialog by From tag, Call-ID and CSeq.
    var merges = HashIndex()
    /// Client transactions that wait for an answer, by flow.
    var flows = FlowIndex()

    /// What happened without a message.
    var events = EventQueue()
    /// What was counted.
    var counters = TransactionCounters()
    /// For parsing again what is kept.
    var scratch = SIPMessage()

    init(now: Timestamp, limits: TransactionLimits) {
        store = TransactionStore(limit: limits.transactionCount)
        wheel = TimerWheel(now: now, limit: limits.transactionCount * 2 + 1)
    }

    /// Whether one more transaction that keeps `byteCount` bytes fits.
    func hasRoom(for byteCount: Int, within limits: TransactionLimits) -> Bool {
        store.count < limits.transactionCount && blocks.usedBytes + byteCount <= limits.storedByteCount
    }

    /// The server transaction of a request with this key, whose method satisfies a condition.
    @inline(__always)
    mutating func server(_ key: ServerKey, hash: UInt64, where condition: (SIPMethod) -> Bool) -> UInt32? {
        var cursor = servers.start(hash)
        while let place = servers.next(&cursor) {
            let entry = store[place]
            if condition(entry.pointee.method), let base = entry.pointee.key.base,
                key.matches(entry.pointee.keyShape, at: base)
            {
                return place
            }
        }
        return nil
    }

    /// The server transaction of the same request that came over another path.
    mutating func mergeable(_ key: ServerKey, hash: UInt64, method: SIPMethod) -> UInt32? {
        var cursor = merges.start(hash)
        while let place = merges.next(&cursor) {
            let entry = store[place]
            if entry.pointee.method == method, let base = entry.pointee.key.base,
                key.isMerged(with: entry.pointee.keyShape, at: base)
            {
                return place
            }
        }
        return nil
    }

    /// The client transaction of a request with this branch.
    mutating func client(branch: UInt64, method: SIPMethod) -> UInt32? {
        var cursor = clients.start(branch)
        while let place = clients.next(&cursor) {
            if store[place].pointee.method == method { return place }
        }
        return nil
    }

    /// Starts a timer; it replaces the running one of its sort.
    mutating func start(_ timer: TransactionTimer, at deadline: Timestamp, place: UInt32, raw: UInt64) {
        let entry = store[place]
        stop(timer, place: place)
        let id = wheel.schedule(at: deadline, payload: (raw, UInt64(timer.rawValue))) ?? .none
        if timer.isRetransmission {
            entry.pointee.retransmissionTimer = id
        } else {
            entry.pointee.lifetimeTimer = id
        }
    }

    /// Stops the running timer of this timer's sort.
    mutating func stop(_ timer: TransactionTimer, place: UInt32) {
        let entry = store[place]
        if timer.isRetransmission {
            if entry.pointee.retransmissionTimer != .none { wheel.cancel(entry.pointee.retransmissionTimer) }
            entry.pointee.retransmissionTimer = .none
        } else {
            if entry.pointee.lifetimeTimer != .none { wheel.cancel(entry.pointee.lifetimeTimer) }
            entry.pointee.lifetimeTimer = .none
        }
    }

    /// Keeps a copy of `bytes` as the entry's message instead of the one it had.
    mutating func keep(_ bytes: Bytes, place: UInt32) {
        let entry = store[place]
        blocks.giveBack(&entry.pointee.message)
        let block = blocks.take(bytes.count)
        block.base.unsafelyUnwrapped.update(from: bytes.base, count: bytes.count)
        entry.pointee.message = block
    }

    /// Lists a client transaction under its flow.
    mutating func list(_ place: UInt32, secret: UInt64) { flows.insert(place, secret: secret, in: store) }

    /// Takes a client transaction off its flow's list; does nothing when it is on none.
    mutating func unlist(_ place: UInt32) { flows.remove(place, in: store) }

    /// The newest client transaction that waits for an answer on a flow.
    func firstWaiting(on flow: Flow, secret: UInt64) -> UInt32? {
        flows.first(on: flow, hash: flow.hash(secret: secret), in: store)
    }

    /// Forgets a transaction: timers, bytes and all ways to find it.
    mutating func remove(_ place: UInt32) {
        let entry = store[place]
        stop(.a, place: place)
        stop(.b, place: place)
        unlist(place)
        if entry.pointee.machine?.isClient == true {
            clients.remove(place, hash: entry.pointee.hash)
        } else {
            servers.remove(place, hash: entry.pointee.hash)
            if entry.pointee.mergeHash != 0 { merges.remove(place, hash: entry.pointee.mergeHash) }
        }
        blocks.giveBack(&entry.pointee.key)
        blocks.giveBack(&entry.pointee.message)
        store.remove(place)
    }
}
