/// Finds places by a 64-bit hash: open addressing with linear probing, 16 bytes a slot, at most half full.
///
/// The hash must be keyed with a secret or made of random bits, because peers choose what is hashed. Several entries
/// may have one hash; the owner compares the bytes itself while it walks the candidates:
/// ```
/// var cursor = index.start(hash)
/// while let place = index.next(&cursor) { if matches(place) { … } }
/// ```
struct HashIndex: ~Copyable {
    /// A walk along the candidates of one hash.
    struct Cursor {
        fileprivate let hash: UInt64
        fileprivate var position: Int
    }

    private struct Slot {
        var hash: UInt64
        /// `HashIndex.empty` when unused.
        var place: UInt32
    }

    /// Entries.
    private(set) var count = 0
    private var slots: UnsafeMutablePointer<Slot>
    private var mask: Int

    init(capacity: Int = 1024) {
        precondition(capacity > 0 && capacity & (capacity - 1) == 0, "the capacity is a power of two")
        slots = Self.allocate(capacity)
        mask = capacity - 1
    }

    deinit { slots.deallocate() }

    /// Begins a walk along the places with this hash.
    @inline(__always) func start(_ hash: UInt64) -> Cursor { Cursor(hash: hash, position: home(of: hash)) }

    /// The next place with the cursor's hash, or nil at the end.
    @inline(__always) func next(_ cursor: inout Cursor) -> UInt32? {
        while true {
            let slot = slots[cursor.position]
            if slot.place == Self.empty { return nil }
            cursor.position = (cursor.position + 1) & mask
            if slot.hash == cursor.hash { return slot.place }
        }
    }

    /// Adds a place. It must not be there with this hash.
    mutating func insert(_ place: UInt32, hash: UInt64) {
        if count * 2 > mask { grow() }
        put(Slot(hash: hash, place: place))
        count += 1
    }

    /// Removes a place that is there with this hash.
    mutating func remove(_ place: UInt32, hash: UInt64) {
        guard let found = position(of: place, hash: hash) else { return }
        count -= 1
        var hole = found
        var position = found
        while true {
            position = (position + 1) & mask
            let slot = slots[position]
            if slot.place == Self.empty { break }
            // A slot may move into the hole unless its home lies between the hole and itself.
            if (position - home(of: slot.hash)) & mask >= (position - hole) & mask {
                slots[hole] = slot
                hole = position
            }
        }
        slots[hole].place = Self.empty
    }

    /// Puts another place where `place` is.
    mutating func replace(_ place: UInt32, by other: UInt32, hash: UInt64) {
        guard let position = position(of: place, hash: hash) else { return }
        slots[position].place = other
    }

    private static let empty: UInt32 = .max

    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Slot> {
        let slots = UnsafeMutablePointer<Slot>.allocate(capacity: capacity)
        slots.initialize(repeating: Slot(hash: 0, place: empty), count: capacity)
        return slots
    }

    @inline(__always) private func home(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash) & mask }

    private func position(of place: UInt32, hash: UInt64) -> Int? {
        var position = home(of: hash)
        while slots[position].place != place {
            if slots[position].place == Self.empty { return nil }
            position = (position + 1) & mask
        }
        return position
    }

    private func put(_ slot: Slot) {
        var position = home(of: slot.hash)
        while slots[position].place != Self.empty { position = (position + 1) & mask }
        slots[position] = slot
    }

    private mutating func grow() {
        let old = slots
        let oldCapacity = mask + 1
        slots = Self.allocate(oldCapacity * 2)
        mask = oldCapacity * 2 - 1
        for index in 0..<oldCapacity where old[index].place != Self.empty { put(old[index]) }
        old.deallocate()
    }
}
