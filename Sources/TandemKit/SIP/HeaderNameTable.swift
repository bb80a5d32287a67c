/// Finds the number of a header name: a hash table over the names and compact forms, built once.
///
/// A name of up to 24 bytes is compared as three folded words, which cover it, so the answer is exact.
final class HeaderNameTable: Sendable {
    /// The table; immutable after its first use.
    static let shared = HeaderNameTable()

    /// The first, middle and last eight bytes of a name in lower case. Up to eight bytes there is only the first word,
    /// padded with zeros, up to sixteen the first and the last.
    struct Key: Equatable {
        var first: UInt64 = 0
        var middle: UInt64 = 0
        var last: UInt64 = 0
    }

    /// One registered name.
    struct Slot {
        var key = Key()
        var count: UInt32 = 0
        var id: UInt8 = 0
    }

    static let slotCount = 512
    /// The longest name in the table is shorter.
    static let lengthLimit = 24

    /// The slots. Written in `init` only, which is what makes reading them from any thread safe.
    nonisolated(unsafe) let slots: UnsafeMutablePointer<Slot>
    /// The name of each number as the RFC writes it, for every number there can be. Written like `slots`.
    nonisolated(unsafe) private let names: UnsafeMutablePointer<Bytes>

    private init() {
        names = UnsafeMutablePointer<Bytes>.allocate(capacity: 256)
        names.initialize(repeating: Bytes(), count: 256)
        slots = UnsafeMutablePointer<Slot>.allocate(capacity: HeaderNameTable.slotCount)
        slots.initialize(repeating: Slot(), count: HeaderNameTable.slotCount)
        for raw in 1..<UInt8(HeaderID.bound) {
            let (name, compact) = HeaderID.spelling(of: raw)
            names[Int(raw)] = Bytes(name)
            insert(Bytes(name), raw)
            if compact.utf8CodeUnitCount > 0 { insert(Bytes(compact), raw) }
        }
    }

    /// The name of a number; empty when it has none.
    @inline(__always) func name(of id: HeaderID) -> Bytes { names[Int(id.raw)] }

    /// The number of a name; `other` when it has none.
    func id(of name: Bytes) -> HeaderID {
        guard name.count > 0, name.count <= HeaderNameTable.lengthLimit else { return .other }
        return HeaderNameTable.id(of: HeaderNameTable.key(of: name), count: name.count, in: slots)
    }

    /// The number of a name from its key and length; `other` when it has none.
    @inline(__always) static func id(of key: Key, count: Int, in slots: UnsafeMutablePointer<Slot>) -> HeaderID {
        var index = HeaderNameTable.home(key, count)
        while true {
            let slot = slots + index
            if slot.pointee.key.first == key.first, slot.pointee.key.last == key.last,
                slot.pointee.key.middle == key.middle, slot.pointee.count == UInt32(truncatingIfNeeded: count)
            {
                return HeaderID(raw: slot.pointee.id)
            }
            if slot.pointee.count == 0 { return .other }
            index = (index + 1) & (HeaderNameTable.slotCount - 1)
        }
    }

    private func insert(_ name: Bytes, _ id: UInt8) {
        let key = HeaderNameTable.key(of: name)
        var index = HeaderNameTable.home(key, name.count)
        while slots[index].count != 0 { index = (index + 1) & (HeaderNameTable.slotCount - 1) }
        slots[index] = Slot(key: key, count: UInt32(name.count), id: id)
    }

    @inline(__always) private static func home(_ key: Key, _ count: Int) -> Int {
        // The multiplier was searched for: with it all but one of the registered names have a slot of their own.
        let mixed = (key.first ^ (key.last << 1) ^ UInt64(truncatingIfNeeded: count)) &* 0x5F3F_23F3_663A_4F3B
        return Int(truncatingIfNeeded: mixed >> 55)
    }

    private static func key(of name: Bytes) -> Key {
        var key = Key()
        if name.count >= 8 {
            key.first = Words.folded(Words.load(name.base))
            if name.count > 16 { key.middle = Words.folded(Words.load(name.base + 8)) }
            if name.count > 8 { key.last = Words.folded(Words.load(name.base + name.count - 8)) }
            return key
        }
        var word: UInt64 = 0
        for index in 0..<name.count { word |= UInt64(name.base[index]) << UInt64(8 * index) }
        key.first = Words.folded(word)
        return key
    }
}
