public import TandemKit

/// Marks that others carry for us and can't make: SipHash-2-4 with a secret of 128 bits.
///
/// The same key gives the same marks, so what one shard has marked another recognizes, also after a restart that keeps
/// the key. From any thread.
public struct KeyedHash: Sendable {
    /// Bytes of a mark as text.
    public static let textCount = TokenText.randomCount

    private let key0: UInt64
    private let key1: UInt64

    /// Takes the 128 bits of a key.
    public init(key: (UInt64, UInt64)) {
        key0 = key.0
        key1 = key.1
    }

    /// The mark of two numbers and a text: the hash of `first` and `second`, eight bytes each with the lowest first, and
    /// of `bytes` behind them.
    public func mark(_ first: UInt64, _ second: UInt64, _ bytes: Bytes) -> UInt64 {
        var state = SipState(key0: key0, key1: key1)
        state.compress(first)
        state.compress(second)
        let base = UnsafeRawPointer(bytes.base)
        var index = 0
        while index + 8 <= bytes.count {
            state.compress(UInt64(littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
            index += 8
        }
        var last = UInt64(truncatingIfNeeded: bytes.count &+ 16) << 56
        var shift: UInt64 = 0
        while index < bytes.count {
            last |= UInt64(bytes[index]) << shift
            shift += 8
            index += 1
        }
        state.compress(last)
        return state.finish()
    }

    /// Writes a mark as text, letters and digits only; there must be room for `textCount` bytes.
    public static func write(_ mark: UInt64, to base: UnsafeMutablePointer<UInt8>) {
        TokenText.writeRandom(mark, to: base)
    }

    /// The mark that a text of `textCount` bytes is, in upper or lower case; nil when it is none.
    public static func read(_ text: Bytes) -> UInt64? { TokenText.number(in: text) }
}
