/// Reads a value from left to right. Never moves past its end; at the end `current` is 0, which no rule asks for.
struct ByteScanner {
    let base: UnsafePointer<UInt8>
    let count: Int
    var index: Int

    @inline(__always) init(_ bytes: Bytes, from start: Int = 0) {
        base = bytes.base
        count = bytes.count
        index = start
    }

    @inline(__always) var isAtEnd: Bool { index >= count }

    @inline(__always) var current: UInt8 { index < count ? base[index] : 0 }

    @inline(__always) func slice(from start: Int, to end: Int) -> Bytes {
        Bytes(base: base + start, count: end - start)
    }

    /// Skips spaces, tabs and folding.
    @inline(__always) mutating func skipWhitespace() {
        while index < count, ByteClass.isLinearWhitespace(base[index]) { index += 1 }
    }

    /// Skips `byte` when it is next.
    @inline(__always) mutating func skip(_ byte: UInt8) -> Bool {
        guard index < count, base[index] == byte else { return false }
        index += 1
        return true
    }

    /// The token that is next; empty when none is.
    @inline(__always) mutating func token() -> Bytes {
        let start = index
        while index < count, ByteClass.isToken(base[index]) { index += 1 }
        return slice(from: start, to: index)
    }

    /// The digits that are next as a number; nil when none is. From 2⁴⁰ on it only says "very large".
    @inline(__always) mutating func number() -> UInt64? {
        let start = index
        var value: UInt64 = 0
        while index < count, ByteClass.isDigit(base[index]) {
            if value < 1 << 40 { value = value &* 10 &+ UInt64(base[index] &- 0x30) }
            index += 1
        }
        return index > start ? value : nil
    }

    /// Skips to what ends a parameter value without quotes, or to the end.
    @inline(__always) mutating func skipParameterValue() {
        var position = index
        while position < count {
            if position + 8 <= count {
                let found = Words.mayEndParameterValue(Words.load(base + position))
                position += found == 0 ? 8 : Words.firstIndex(found)
                if found == 0 { continue }
            }
            if ByteTable.has(base[position], ByteTable.endsParameterValue) { break }
            position += 1
        }
        index = position
    }

    /// Skips the quoted string whose opening quote is next; false when it has no end.
    mutating func skipQuotedString() -> Bool {
        index += 1
        while index < count {
            let byte = base[index]
            index += 1
            if byte == 0x22 { return true }
            if byte == 0x5C {
                if index >= count { return false }
                index += 1
            }
        }
        return false
    }

    /// The host that is next, with the brackets of an IPv6 reference; empty when none is.
    mutating func host() -> Bytes {
        let start = index
        if current == 0x5B {
            while index < count, base[index] != 0x5D {
                let byte = base[index]
                guard index == start || ByteClass.hexValue(byte) < 16 || byte == 0x3A || byte == 0x2E || byte == 0x25
                else { return slice(from: start, to: start) }
                index += 1
            }
            guard skip(0x5D), index - start > 3 else { return slice(from: start, to: start) }
        } else {
            while index < count, ByteClass.isHost(base[index]) { index += 1 }
        }
        return slice(from: start, to: index)
    }
}
