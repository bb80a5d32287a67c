/// The pending timers of one shard: schedule and cancel in constant time, fire in order of deadline.
///
/// A hierarchical wheel with a tick of 1 ms. Level 0 has a slot for each tick of the current block of 8.2 s, level 1 a
/// slot for each of 1,024 such blocks (2.3 h), level 2 for 512 of those. A timer moves down a level when its block
/// begins, before any timer is put there directly: timers of one tick therefore fire in the order they were scheduled.
/// Nodes are flat 32-byte records in one block of memory that grows by doubling; nothing is counted or allocated per
/// timer.
///
/// A pure data structure: it has no clock. A timer never fires before its deadline; it fires up to one tick after it.
/// Confined to its owner's thread.
public struct TimerWheel: ~Copyable {
    /// Length of a tick: 1 ms.
    public static let tick = TimeInterval.milliseconds(1)
    /// Most timers pending at once unless the owner says otherwise (128 MiB of nodes).
    public static let defaultLimit = 1 << 22
    /// Farthest deadline from now (24.8 days); a later one is brought to it.
    public static let horizon = TimeInterval.milliseconds(1 << 31 - 1)

    /// Timers pending now.
    public private(set) var count = 0
    /// Timers refused because `limit` were pending.
    public private(set) var refusedCount: UInt64 = 0
    /// Most timers that may be pending.
    public let limit: Int

    private var nodes: UnsafeMutablePointer<Node>
    private var capacity: Int
    private var firstFree: UInt32
    private var slots: WheelSlots
    /// The first tick that was not yet turned. Its block is always spread over level 0.
    private var position: UInt64

    /// Makes an empty wheel that stands at `now`, for at most `limit` pending timers (below 2³⁰).
    public init(now: Timestamp, limit: Int = TimerWheel.defaultLimit) {
        precondition(limit > 0 && limit < 1 << 30, "a wheel holds 1 to 2³⁰ - 1 timers")
        self.limit = limit
        capacity = min(limit, 1024)
        nodes = .allocate(capacity: capacity)
        firstFree = Node.none
        slots = WheelSlots()
        position = now.nanoseconds / Self.nanosecondsPerTick
        addFreeNodes(from: 0)
    }

    deinit { nodes.deallocate() }

    /// Schedules a timer; the two words of `payload`, whose meaning is the owner's, come back when it fires.
    ///
    /// A deadline that has passed fires at the next turn. Returns nil, and counts, when `limit` timers are pending.
    public mutating func schedule(at deadline: Timestamp, payload: (UInt64, UInt64)) -> TimerID? {
        if firstFree == Node.none {
            guard capacity < limit else {
                refusedCount &+= 1
                return nil
            }
            grow()
        }
        let index = firstFree
        let node = nodes + Int(index)
        firstFree = node.pointee.next
        let (whole, rest) = deadline.nanoseconds.quotientAndRemainder(dividingBy: Self.nanosecondsPerTick)
        let tick = min(max(rest == 0 ? whole : whole &+ 1, position), position &+ Self.horizonInTicks)
        node.pointee.payload = payload
        node.pointee.tick = UInt32(truncatingIfNeeded: tick)
        append(index, to: slot(of: node.pointee.tick))
        count &+= 1
        return TimerID(index: index, generation: node.pointee.generation)
    }

    /// Cancels a timer. Returns false when it has already fired or was cancelled.
    @discardableResult
    public mutating func cancel(_ id: TimerID) -> Bool {
        guard Int(id.index) < capacity, nodes[Int(id.index)].generation == id.generation else { return false }
        remove(id.index)
        return true
    }

    /// Takes the next timer whose deadline is not after `now` and returns its payload, or nil when there is none.
    ///
    /// The owner calls this until it returns nil. A timer that is scheduled meanwhile for a time that has passed fires
    /// one tick later than the one that is just firing, so that each turn comes to an end.
    public mutating func popExpired(now: Timestamp) -> (UInt64, UInt64)? {
        while true {
            let index = slots[WheelSlots.due].head
            if index & Node.slotBit == 0 {
                let payload = nodes[Int(index)].payload
                remove(index)
                return payload
            }
            guard turn(to: now.nanoseconds / Self.nanosecondsPerTick) else { return nil }
        }
    }

    /// When `popExpired` has work to do next, or nil when no timer is pending.
    ///
    /// No timer fires before it. It is a deadline when the next timer is less than 8.2 s away, and otherwise can be the
    /// earlier time at which a block of far timers is spread over the level below.
    public var nextDeadline: Timestamp? {
        guard count > 0 else { return nil }
        return Timestamp(nanoseconds: slots.nextTick(from: position) &* Self.nanosecondsPerTick)
    }
}

extension TimerWheel {
    /// 32 bytes, so that two share a cache line. `next` and `previous` are node indices, or a slot index with `slotBit`
    /// at the ends of a list. A node that isn't pending is on the free list through `next`.
    struct Node {
        var payload: (UInt64, UInt64)
        var next: UInt32
        var previous: UInt32
        /// Low half of the deadline's tick; unambiguous because all pending ticks lie within `horizon`.
        var tick: UInt32
        /// Counts the uses of this node; 0 is never used.
        var generation: UInt32

        static let slotBit: UInt32 = 1 << 31
        static let none: UInt32 = .max
    }

    private static let nanosecondsPerTick: UInt64 = 1_000_000
    private static let horizonInTicks: UInt64 = 1 << 31 - 1

    /// Turns the wheel until a slot with timers was taken, or past `last`. Returns whether timers are due.
    private mutating func turn(to last: UInt64) -> Bool {
        while position <= last {
            if count == 0 {
                position = last &+ 1
                return false
            }
            let end = min(last, position | WheelSlots.blockMask)
            if let tick = slots.occupiedTick(from: position, through: end) {
                takeDue(slot: Int(tick & WheelSlots.blockMask))
                move(to: tick &+ 1)
                return true
            }
            move(to: end &+ 1)
        }
        return false
    }

    /// Stands at `tick`, and spreads the blocks that begin there over the level below.
    private mutating func move(to tick: UInt64) {
        position = tick
        guard tick & WheelSlots.blockMask == 0 else { return }
        if tick & WheelSlots.epochMask == 0 { spread(slot: WheelSlots.epochSlot(of: tick)) }
        spread(slot: WheelSlots.blockSlot(of: tick))
    }

    private mutating func spread(slot source: Int) {
        var index = slots[source].head
        slots.clear(source)
        while index & Node.slotBit == 0 {
            let next = nodes[Int(index)].next
            append(index, to: slot(of: nodes[Int(index)].tick))
            index = next
        }
    }

    /// Makes the timers of a level 0 slot the due ones; only called when none are due.
    private mutating func takeDue(slot: Int) {
        let list = slots[slot]
        let due = Node.slotBit | UInt32(WheelSlots.due)
        nodes[Int(list.head)].previous = due
        nodes[Int(list.tail)].next = due
        slots.clear(slot)
        slots.set(WheelSlots.due, list)
    }

    /// The slot in which a timer of `tick` waits, seen from `position`.
    private func slot(of tick: UInt32) -> Int {
        let difference = tick ^ UInt32(truncatingIfNeeded: position)
        if UInt64(difference) <= WheelSlots.blockMask { return Int(UInt64(tick) & WheelSlots.blockMask) }
        return UInt64(difference) <= WheelSlots.epochMask
            ? WheelSlots.blockSlot(of: UInt64(tick)) : WheelSlots.epochSlot(of: UInt64(tick))
    }

    private mutating func append(_ index: UInt32, to slot: Int) {
        let end = Node.slotBit | UInt32(slot)
        let list = slots[slot]
        nodes[Int(index)].previous = list.tail
        nodes[Int(index)].next = end
        if list.tail & Node.slotBit != 0 {
            slots.set(slot, WheelSlots.List(head: index, tail: index))
        } else {
            nodes[Int(list.tail)].next = index
            slots.set(slot, WheelSlots.List(head: list.head, tail: index))
        }
    }

    /// Takes a pending timer out of its list and frees its node.
    private mutating func remove(_ index: UInt32) {
        let node = nodes + Int(index)
        let next = node.pointee.next
        let previous = node.pointee.previous
        switch (previous & Node.slotBit != 0, next & Node.slotBit != 0) {
        case (true, true): slots.clear(Int(next & ~Node.slotBit))
        case (true, false):
            slots.setHead(Int(previous & ~Node.slotBit), next)
            nodes[Int(next)].previous = previous
        case (false, true):
            nodes[Int(previous)].next = next
            slots.setTail(Int(next & ~Node.slotBit), previous)
        case (false, false):
            nodes[Int(previous)].next = next
            nodes[Int(next)].previous = previous
        }
        node.pointee.generation = node.pointee.generation == .max ? 1 : node.pointee.generation &+ 1
        node.pointee.next = firstFree
        firstFree = index
        count &-= 1
    }

    private mutating func grow() {
        let larger = min(limit, capacity * 2)
        let moved = UnsafeMutablePointer<Node>.allocate(capacity: larger)
        moved.moveInitialize(from: nodes, count: capacity)
        nodes.deallocate()
        nodes = moved
        let old = capacity
        capacity = larger
        addFreeNodes(from: old)
    }

    private mutating func addFreeNodes(from start: Int) {
        for index in (start..<capacity).reversed() {
            (nodes + index).initialize(
                to: Node(payload: (0, 0), next: firstFree, previous: Node.none, tick: 0, generation: 1))
            firstFree = UInt32(index)
        }
    }
}
