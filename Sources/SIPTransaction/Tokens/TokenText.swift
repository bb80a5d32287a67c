import TandemKit

/// The text of the tokens we make: `tdm`, two digits for the shard, thirteen for 64 random bits, all in the digits
/// `0`–`9` and `a`–`v` (five bits each).
///
/// Letters and digits only, because some peers mangle other characters that the grammar allows.
enum TokenText {
    /// Shards that two digits can number.
    static let shardLimit = 1024
    /// Bytes of a token: our tags.
    static let count = 18
    /// Bytes of the 64 random bits.
    static let randomCount = 13
    /// Bytes before the random ones.
    private static let randomStart = 5

    /// Writes a token; there must be room for `count` bytes.
    static func write(shard: Int, random: UInt64, to base: UnsafeMutablePointer<UInt8>) {
        base[0] = 0x74
        base[1] = 0x64
        base[2] = 0x6D
        base[3] = digit(UInt64(shard) >> 5)
        base[4] = digit(UInt64(shard) & 31)
        writeRandom(random, to: base + randomStart)
    }

    /// Writes the digits of a 64-bit number; there must be room for `randomCount` bytes.
    static func writeRandom(_ random: UInt64, to base: UnsafeMutablePointer<UInt8>) {
        var rest = random
        var index = randomCount
        while index > 0 {
            index -= 1
            base[index] = digit(rest & 31)
            rest >>= 5
        }
    }

    /// The shard in text that begins with a token of ours, else nil.
    static func shard(in text: Bytes) -> Int? {
        guard text.count >= count, text.base[0] == 0x74, text.base[1] == 0x64, text.base[2] == 0x6D,
            let high = value(of: text.base[3]), let low = value(of: text.base[4])
        else { return nil }
        return Int(high << 5 | low)
    }

    /// The random bits in text that begins with a token of ours, else nil.
    static func random(in text: Bytes) -> UInt64? {
        guard shard(in: text) != nil else { return nil }
        var number: UInt64 = 0
        for index in randomStart..<count {
            guard let digit = value(of: text.base[index]) else { return nil }
            number = number << 5 | digit
        }
        return number
    }

    /// The random bits of a branch that `LocalTokens` of this shard made, else nil. The token alone names the
    /// transaction: a proxy writes the hash for its loop detection behind it (RFC 3261 §16.6 step 8). The first digit
    /// has no bit too many, so that no two tokens have the same bits.
    static func branchKey(of branch: Bytes, shard: Int) -> UInt64? {
        guard branch.count >= 7 + count, branch.hasPrefix("z9hG4bK") else { return nil }
        let token = branch.suffix(from: 7)
        guard let first = value(of: token.base[randomStart]), first < 16, self.shard(in: token) == shard else {
            return nil
        }
        return random(in: token)
    }

    @inline(__always) private static func digit(_ value: UInt64) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: value)
        return value < 10 ? 0x30 &+ value : 0x57 &+ value
    }

    @inline(__always) private static func value(of digit: UInt8) -> UInt64? {
        switch digit {
        case 0x30...0x39: UInt64(digit &- 0x30)
        case 0x61...0x76: UInt64(digit &- 0x57)
        default: nil
        }
    }
}
