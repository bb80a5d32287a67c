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
