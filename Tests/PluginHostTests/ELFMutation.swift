import BuiltPlugin

/// Spoils a shared object where it hurts: mostly its header and tables, with values at the ends of their range.
enum ELFMutation {
    private static let extremes: [UInt64] = [
        0, 1, 15, 16, 23, 24, 63, 64, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 1 << 20, 0x7FFF_FFFF, 0xFFFF_FFFF, 1 << 30,
        (1 << 30) - 1, 1 << 63, .max, .max - 1, .max - 63,
    ]

    static func mutate(_ whole: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
        var plugin = BuiltPlugin(bytes: whole)
        let tables = [
            (0, 64), (plugin.integer(8, at: 32), plugin.integer(2, at: 56) * 56),
            (plugin.integer(8, at: 40), plugin.integer(2, at: 60) * 64),
            (plugin.sectionOffset(".dynsym"), plugin.sectionSize(".dynsym")),
            (plugin.sectionOffset(".dynamic"), plugin.sectionSize(".dynamic")),
        ]
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let (start, count) = tables.randomElement(using: &random)!
            let width = [1, 2, 4, 8].randomElement(using: &random)!
            let offset = start + Int.random(in: 0..<(count / width), using: &random) * width
            let value = Bool.random(using: &random) ? extremes.randomElement(using: &random)! : random.next()
            plugin.set(value, width: width, at: offset)
        }
        if Int.random(in: 0..<8, using: &random) == 0 {
            plugin.bytes.removeLast(Int.random(in: 0..<plugin.bytes.count, using: &random))
        }
        return plugin.bytes
    }
}

/// A random source that a seed replays (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
