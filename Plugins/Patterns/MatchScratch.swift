import CPCRE2
import Synchronization

/// Where one match keeps its groups. Used by one thread at a time.
struct MatchScratch {
    let groups: OpaquePointer
    let limits: OpaquePointer

    /// The bytes of group `number` of the last match that succeeded; nil when it took no part.
    func range(of number: Int) -> Range<Int>? {
        let places = pcre2_get_ovector_pointer_8(groups)!
        let start = places[2 * number]
        let end = places[2 * number + 1]
        // A lookahead with \K can end a match before its start.
        return start == Int.max || start == -1 || end < start ? nil : start..<end
    }
}

/// Lends each thread that asks a scratch of its own, without a lock: one exchange to take it, one to give it back.
public final class MatchScratchPool: Sendable {
    /// Scratches kept. More threads than that at once make and drop theirs.
    private static let slotCount = 16

    /// Each slot holds a `pcre2_match_data` as an address, 0 while it is lent or not made yet.
    private nonisolated(unsafe) let slots: UnsafeMutablePointer<Atomic<Int>>
    private nonisolated(unsafe) let limits: OpaquePointer

    /// A pool with nothing made yet.
    public init() {
        slots = .allocate(capacity: Self.slotCount)
        for index in 0..<Self.slotCount { (slots + index).initialize(to: Atomic(0)) }
        guard let context = pcre2_match_context_create_8(nil) else { fatalError("out of memory") }
        pcre2_set_match_limit_8(context, Pattern.Limit.steps)
        pcre2_set_depth_limit_8(context, Pattern.Limit.depth)
        pcre2_set_heap_limit_8(context, Pattern.Limit.heap)
        limits = context
    }

    deinit {
        for index in 0..<Self.slotCount { free(slots[index].exchange(0, ordering: .acquiring)) }
        slots.deinitialize(count: Self.slotCount)
        slots.deallocate()
        pcre2_match_context_free_8(limits)
    }

    /// Runs `body` with a scratch that nobody else uses meanwhile.
    func lend<Result>(_ body: (MatchScratch) -> Result) -> Result {
        let slot = Self.slot()
        let kept = slots[slot].exchange(0, ordering: .acquiring)
        let groups = OpaquePointer(bitPattern: kept) ?? Self.make()
        let result = body(MatchScratch(groups: groups, limits: limits))
        free(slots[slot].exchange(Int(bitPattern: groups), ordering: .releasing))
        return result
    }

    private func free(_ address: Int) {
        if let groups = OpaquePointer(bitPattern: address) { pcre2_match_data_free_8(groups) }
    }

    private static func make() -> OpaquePointer {
        guard let groups = pcre2_match_data_create_8(UInt32(Pattern.Limit.groups + 1), nil) else {
            fatalError("out of memory")
        }
        return groups
    }

    /// Threads have stacks of their own, so that the place of a local variable tells them apart well enough.
    private static func slot() -> Int {
        withUnsafePointer(to: UInt8(0)) { local in
            let address = UInt(bitPattern: local) >> 18
            return Int(truncatingIfNeeded: (address &* 0x9E37_79B9_7F4A_7C15) >> 60)
        }
    }
}
