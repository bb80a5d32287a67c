import Timing

/// Time that passes when it is told to, and what is to happen in it.
final class VirtualTime {
    private struct Entry {
        let time: Timestamp
        let action: () -> Void
    }

    private(set) var now = Timestamp(nanoseconds: 1_000_000_000)
    /// The next at the end; of those at one time the first asked for comes first.
    private var entries: [Entry] = []

    func at(_ time: Timestamp, _ action: @escaping () -> Void) {
        let time = max(time, now)
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].time <= time { high = middle } else { low = middle + 1 }
        }
        entries.insert(Entry(time: time, action: action), at: low)
    }

    func after(_ interval: TimeInterval, _ action: @escaping () -> Void) { at(now + interval, action) }

    /// Lets everything happen that is due until then.
    func run(until end: Timestamp) {
        while let next = entries.last, next.time <= end {
            entries.removeLast()
            now = next.time
            next.action()
        }
        now = end
    }

    /// Forgets what is still to happen.
    func clear() { entries.removeAll() }
}

/// Repeatable random numbers.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number below `bound`.
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    /// True in `percent` of 100 draws.
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    /// A length of time below so many milliseconds.
    mutating func milliseconds(_ bound: Int) -> TimeInterval {
        TimeInterval(nanoseconds: next() % (UInt64(bound) * 1_000_000))
    }
}
