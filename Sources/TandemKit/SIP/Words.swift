/// Tests on eight bytes at once. Each gives a word whose lowest set bit lies in the first byte that passes the test
/// (bytes in memory order, which on the little-endian machines that Tandem runs on is from the lowest up).
enum Words {
    /// The number of bytes before the first that passed.
    @inline(__always) static func firstIndex(_ found: UInt64) -> Int { found.trailingZeroBitCount >> 3 }

    /// The eight bytes from `start`.
    @inline(__always) static func load(_ start: UnsafePointer<UInt8>) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
    }

    /// Bytes equal to `byte`.
    @inline(__always) static func equal(_ word: UInt64, _ byte: UInt8) -> UInt64 {
        let difference = word ^ (UInt64(byte) &* 0x0101_0101_0101_0101)
        return (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
    }

    /// Bytes below `bound`, which is at most 128.
    @inline(__always) static func below(_ word: UInt64, _ bound: UInt8) -> UInt64 {
        (word &- UInt64(bound) &* 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
    }

    /// The bytes with bit 5 set where bit 6 is: ASCII letters in lower case. Only `A`–`Z` and `a`–`z` become letters.
    @inline(__always) static func folded(_ word: UInt64) -> UInt64 {
        word | (word & 0x4040_4040_4040_4040) >> 1
    }

    /// Up to eight bytes as one word, padded with zeros.
    @inline(__always) static func exact(_ text: Bytes) -> UInt64 {
        var word: UInt64 = 0
        var index = text.count
        while index > 0 {
            index -= 1
            word = word << 8 | UInt64(text.base[index])
        }
        return word
    }

    /// A literal of up to eight bytes as one word; folds to a constant.
    @inline(__always) static func exact(_ text: StaticString) -> UInt64 { exact(Bytes(text)) }

    /// Up to eight bytes as one folded word, padded with zeros.
    @inline(__always) static func short(_ text: Bytes) -> UInt64 { folded(exact(text)) }

    /// A literal of up to eight lower-case letters and digits as one word; folds to a constant.
    @inline(__always) static func literal(_ text: StaticString) -> UInt64 { short(Bytes(text)) }

    /// What a parameter value ends with or cannot hold (see `ByteTable.endsParameterValue`), and `!`, which the caller
    /// must let pass.
    @inline(__always) static func mayEndParameterValue(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let low = word &- 0x23 &* ones
        let comma = (word ^ 0x2C &* ones) &- ones
        let semicolon = (word ^ 0x3B &* ones) &- ones
        let bracket = ((word | 2 &* ones) ^ 0x3E &* ones) &- ones
        let delete = word &+ ones
        return (low | comma | semicolon | bracket | delete) & ~word & 0x8080_8080_8080_8080
    }

    /// Controls, space, quotation mark, `<` and `>` (see `ByteTable.endsBracketedURI`).
    @inline(__always) static func endsBracketedURI(_ word: UInt64) -> UInt64 {
        // `<` and `>` differ in bit 1 alone.
        below(word, 0x21) | equal(word, 0x22) | equal(word | 0x0202_0202_0202_0202, 0x3E)
    }
}
