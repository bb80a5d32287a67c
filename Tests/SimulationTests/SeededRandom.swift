/// The one source of chance in a simulation: the same seed gives the same run, whatever machine it runs on.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

    /// SplitMix64.
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
    mutating func chance(percent: Int) -> Bool { below(100) < percent }

    /// A generator whose draws don't depend on how often this one is used later.
    mutating func fork() -> SeededRandom { SeededRandom(seed: next()) }

    /// One of the elements.
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// A length between two numbers of milliseconds, in nanoseconds.
    mutating func milliseconds(_ range: ClosedRange<Int>) -> UInt64 {
        UInt64(range.lowerBound + below(range.count)) * 1_000_000 + next() % 1_000_000
    }
}
