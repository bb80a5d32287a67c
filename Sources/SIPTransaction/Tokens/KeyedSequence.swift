/// Unpredictable numbers from a secret: SipHash-2-4 of a counter.
///
/// Who sees some of the numbers cannot tell the next without the key, so branches and tags made from it are
/// unguessable when the shell takes the key from the operating system. The simulation gives a fixed key and gets the
/// same numbers in every run.
public struct KeyedSequence: Sendable {
    private let key0: UInt64
    private let key1: UInt64
    private var counter: UInt64 = 0

    /// Begins the sequence of a 128-bit key.
    public init(key: (UInt64, UInt64)) {
        key0 = key.0
        key1 = key.1
    }

    /// The next number.
    public mutating func next() -> UInt64 {
        counter &+= 1
        return hash(counter)
    }

    /// SipHash-2-4 of the eight bytes of `word`.
    private func hash(_ word: UInt64) -> UInt64 {
        var state = SipState(key0: key0, key1: key1)
        state.compress(word)
        state.compress(8 << 56)
        return state.finish()
    }
}

/// The four words of SipHash.
private struct SipState {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64

    init(key0: UInt64, key1: UInt64) {
        v0 = key0 ^ 0x736F_6D65_7073_6575
        v1 = key1 ^ 0x646F_7261_6E64_6F6D
        v2 = key0 ^ 0x6C79_6765_6E65_7261
        v3 = key1 ^ 0x7465_6462_7974_6573
    }

    mutating func compress(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    mutating func finish() -> UInt64 {
        v2 ^= 0xFF
        for _ in 0..<4 { round() }
        return v0 ^ v1 ^ v2 ^ v3
    }

    private mutating func round() {
        v0 &+= v1
        v1 = v1 << 13 | v1 >> 51
        v1 ^= v0
        v0 = v0 << 32 | v0 >> 32
        v2 &+= v3
        v3 = v3 << 16 | v3 >> 48
        v3 ^= v2
        v0 &+= v3
        v3 = v3 << 21 | v3 >> 43
        v3 ^= v0
        v2 &+= v1
        v1 = v1 << 17 | v1 >> 47
        v1 ^= v2
        v2 = v2 << 32 | v2 >> 32
    }
}
