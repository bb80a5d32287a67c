public import TandemKit

/// Marks that others carry for us and can't make: SipHash-2-4 with a secret of 128 bits.
///
/// The same key gives the same marks, so what one shard has marked another recognizes, also after a restart that keeps
/// the key. From any thread.
public struct KeyedHash: Sendable {
    /// A mark as it is written: letters and digits only, in words of eight bytes for the first and the last ones, so that
    /// comparing two takes the same time wherever they differ. Upper and lower case are the same.
    @frozen public struct Mark: Equatable, Sendable {
        /// Bytes of the text.
        public static let count = TokenText.randomCount
        private static let tailStart = count - 8
        private static let lowerCase: UInt64 = 0x2020_2020_2020_2020

        private let head: UInt64
        private let tail: UInt64

        /// A mark from its text; nil when that has another length.
        public init?(_ text: Bytes) {
            guard text.count == Self.count else { return nil }
            let base = UnsafeRawPointer(text.base)
            head = base.loadUnaligned(as: UInt64.self) | Self.lowerCase
            tail = base.loadUnaligned(fromByteOffset: Self.tailStart, as: UInt64.self) | Self.lowerCase
        }

        fileprivate init(hash: UInt64) {
            (head, tail) = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.count) { text in
                let base = text.baseAddress.unsafelyUnwrapped
                TokenText.writeRandom(hash, to: base)
                let raw = UnsafeRawPointer(base)
                return (
                    raw.loadUnaligned(as: UInt64.self),
                    raw.loadUnaligned(fromByteOffset: Self.tailStart, as: UInt64.self)
                )
            }
        }

        /// Writes the text; there must be room for `count` bytes.
        public func write(to base: UnsafeMutablePointer<UInt8>) {
            let raw = UnsafeMutableRawPointer(base)
            raw.storeBytes(of: head, as: UInt64.self)
            raw.storeBytes(of: tail, toByteOffset: Self.tailStart, as: UInt64.self)
        }

        /// Whether both are the same text.
        public static func == (left: Mark, right: Mark) -> Bool {
            (left.head ^ right.head) | (left.tail ^ right.tail) == 0
        }
    }

    private let key0: UInt64
    private let key1: UInt64

    /// Takes the 128 bits of a key.
    public init(key: (UInt64, UInt64)) {
        key0 = key.0
        key1 = key.1
    }

    /// The mark of two numbers and a text: the hash of `first` and `second`, eight bytes each with the lowest first, and
    /// of `bytes` behind them.
    public func mark(_ first: UInt64, _ second: UInt64, _ bytes: Bytes) -> Mark {
        Mark(hash: hash(first, second, bytes))
    }

    /// The hash of two numbers, for a table that nobody may fill on purpose.
    public func hash(of first: UInt64, _ second: UInt64) -> UInt64 { hash(first, second, Bytes()) }

    func hash(_ first: UInt64, _ second: UInt64, _ bytes: Bytes) -> UInt64 {
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
}
