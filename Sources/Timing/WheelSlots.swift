/// The slots of a `TimerWheel`: the list of each slot, and one bit a slot that says whether the list has timers.
///
/// Numbered flat: level 0 (ticks of the current block), level 1 (blocks of the current epoch), level 2 (epochs), and
/// the list of timers that are due.
struct WheelSlots: ~Copyable {
    /// Ends of a list: node indices, or the slot's own index with `Node.slotBit` when the list is empty.
    struct List {
        var head: UInt32
        var tail: UInt32
    }

    static let blockBits: UInt64 = 13
    static let epochBits: UInt64 = 23
    static let blockMask: UInt64 = 1 << blockBits - 1
    static let epochMask: UInt64 = 1 << epochBits - 1
    private static let ticks = 1 << 13
    private static let blocks = 1 << 10
    private static let epochs = 1 << 9
    static let due = ticks + blocks + epochs
    private static let total = due + 1
    private static let words = total / 64 + 1

    private let lists: UnsafeMutablePointer<List>
    private let bits: UnsafeMutablePointer<UInt64>

    init() {
        lists = .allocate(capacity: Self.total)
        bits = .allocate(capacity: Self.words)
        bits.initialize(repeating: 0, count: Self.words)
        for slot in 0..<Self.total {
            let end = TimerWheel.Node.slotBit | UInt32(slot)
            (lists + slot).initialize(to: List(head: end, tail: end))
        }
    }

    deinit {
        lists.deallocate()
        bits.deallocate()
    }

    static func blockSlot(of tick: UInt64) -> Int { ticks + Int(tick >> blockBits) & (blocks - 1) }
    static func epochSlot(of tick: UInt64) -> Int { ticks + blocks + Int(tick >> epochBits) & (epochs - 1) }

    subscript(slot: Int) -> List { lists[slot] }

    mutating func set(_ slot: Int, _ list: List) {
        lists[slot] = list
        bits[slot >> 6] |= 1 << UInt64(slot & 63)
    }

    mutating func setHead(_ slot: Int, _ head: UInt32) { lists[slot].head = head }
    mutating func setTail(_ slot: Int, _ tail: UInt32) { lists[slot].tail = tail }

    mutating func clear(_ slot: Int) {
        let end = TimerWheel.Node.slotBit | UInt32(slot)
        lists[slot] = List(head: end, tail: end)
        bits[slot >> 6] &= ~(1 << UInt64(slot & 63))
    }

    /// The first tick with timers in `from...through`, which lie in one block.
    func occupiedTick(from: UInt64, through: UInt64) -> UInt64? {
        let start = Int(from & Self.blockMask)
        guard let slot = occupied(from: start, through: Int(through & Self.blockMask)) else { return nil }
        return from &+ UInt64(slot - start)
    }

    /// The first tick from `position` on at which the wheel has something to fire or to spread. There is a timer.
    func nextTick(from position: UInt64) -> UInt64 {
        if lists[Self.due].head & TimerWheel.Node.slotBit == 0 { return position &- 1 }
        if let tick = occupiedTick(from: position, through: position | Self.blockMask) { return tick }
        let block = Self.blockSlot(of: position)
        if let slot = occupied(from: block + 1, through: Self.ticks + Self.blocks - 1) {
            return (position >> Self.blockBits &+ UInt64(slot - block)) << Self.blockBits
        }
        let epoch = Self.epochSlot(of: position)
        let first = Self.ticks + Self.blocks
        if let slot = occupied(from: epoch + 1, through: Self.due - 1) {
            return (position >> Self.epochBits &+ UInt64(slot - epoch)) << Self.epochBits
        }
        guard let slot = occupied(from: first, through: epoch) else {
            preconditionFailure("a pending timer is in one of the slots")
        }
        return (position >> Self.epochBits &+ UInt64(slot - epoch + Self.epochs)) << Self.epochBits
    }

    /// The first slot with timers in `from...through`.
    private func occupied(from: Int, through: Int) -> Int? {
        guard from <= through else { return nil }
        var word = from >> 6
        var mask = bits[word] & (~0 << UInt64(from & 63))
        while mask == 0 {
            word += 1
            guard word <= through >> 6 else { return nil }
            mask = bits[word]
        }
        let slot = word << 6 + mask.trailingZeroBitCount
        return slot <= through ? slot : nil
    }
}
