/// Finds the number of a header name: a hash table over the names and compact forms, built once.
///
/// A lookup folds the case of eight bytes at a time and compares the whole name, so it is exact.
final class HeaderNameTable: Sendable {
    /// The table; immutable after its first use.
    static let shared = HeaderNameTable()

    /// One registered name: its first and last eight bytes in lower case, its length and its number.
    struct Slot {
        var first: UInt64 = 0
        var last: UInt64 = 0
        var count: UInt8 = 0
        var id: UInt8 = 0
    }

    static let slotCount = 512

    /// The slots. Written in `init` only, which is what makes reading them from any thread safe.
    nonisolated(unsafe) let slots: UnsafeMutablePointer<Slot>

    private init() {
        slots = UnsafeMutablePointer<Slot>.allocate(capacity: HeaderNameTable.slotCount)
        slots.initialize(repeating: Slot(), count: HeaderNameTable.slotCount)
        for raw in 1..<UInt8(HeaderID.bound) {
            let (name, compact) = HeaderID.spelling(of: raw)
            insert(Bytes(name), raw)
            if compact.utf8CodeUnitCount > 0 { insert(Bytes(compact), raw) }
        }
    }

    /// The number of a name; `other` when it has none.
    func id(of name: Bytes) -> HeaderID {
        guard name.count > 0, name.count <= 24 else { return .other }
        let first = HeaderNameTable.firstWord(name)
        let last = HeaderNameTable.lastWord(name)
        var index = HeaderNameTable.home(first, last, name.count)
        while true {
            let slot = slots + index
            if slot.pointee.count == 0 { return .other }
            if slot.pointee.first == first, slot.pointee.last == last, Int(slot.pointee.count) == name.count,
                name.count <= 16 || name.equalsIgnoringCase(Bytes(HeaderID.spelling(of: slot.pointee.id).name))
            {
                return HeaderID(raw: slot.pointee.id)
            }
            index = (index + 1) & (HeaderNameTable.slotCount - 1)
        }
    }

    private func insert(_ name: Bytes, _ id: UInt8) {
        let first = HeaderNameTable.firstWord(name)
        let last = HeaderNameTable.lastWord(name)
        var index = HeaderNameTable.home(first, last, name.count)
        while slots[index].count != 0 { index = (index + 1) & (HeaderNameTable.slotCount - 1) }
        slots[index] = Slot(first: first, last: last, count: UInt8(name.count), id: id)
    }

    @inline(__always) private static func home(_ first: UInt64, _ last: UInt64, _ count: Int) -> Int {
        let mixed = (first ^ (last << 1) ^ UInt64(truncatingIfNeeded: count)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 55)
    }

    /// The first eight bytes in lower case (fewer are padded with zero). Token characters stay distinct under the fold.
    @inline(__always) private static func firstWord(_ name: Bytes) -> UInt64 {
        if name.count >= 8 {
            return UnsafeRawPointer(name.base).loadUnaligned(as: UInt64.self) | 0x2020_2020_2020_2020
        }
        var word: UInt64 = 0
        for index in 0..<name.count { word = word << 8 | UInt64(name.base[index] | 0x20) }
        return word
    }

    /// The last eight bytes in lower case; zero for names of up to eight.
    @inline(__always) private static func lastWord(_ name: Bytes) -> UInt64 {
        guard name.count > 8 else { return 0 }
        return UnsafeRawPointer(name.base + name.count - 8).loadUnaligned(as: UInt64.self) | 0x2020_2020_2020_2020
    }
}
