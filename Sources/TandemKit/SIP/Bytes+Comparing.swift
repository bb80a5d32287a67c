extension Bytes {
    /// Whether both hold the same bytes.
    public static func == (left: Bytes, right: Bytes) -> Bool {
        left.count == right.count && left.matches(right.base)
    }

    /// Whether the bytes differ.
    public static func != (left: Bytes, right: Bytes) -> Bool { !(left == right) }

    /// Whether the bytes are those of a literal.
    @inlinable public func equals(_ literal: StaticString) -> Bool { self == Bytes(literal) }

    /// Whether both hold the same bytes when ASCII letters are compared without their case.
    public func equalsIgnoringCase(_ other: Bytes) -> Bool {
        guard count == other.count else { return false }
        var index = 0
        while index < count {
            let left = base[index]
            let right = other.base[index]
            if left != right, ByteClass.lowercased(left) != ByteClass.lowercased(right) { return false }
            index += 1
        }
        return true
    }

    /// Whether the bytes are those of a literal when ASCII letters are compared without their case.
    @inlinable public func equalsIgnoringCase(_ literal: StaticString) -> Bool { equalsIgnoringCase(Bytes(literal)) }

    /// Whether the bytes begin with those of a literal.
    public func hasPrefix(_ literal: StaticString) -> Bool {
        count >= literal.utf8CodeUnitCount && Bytes(literal).matches(base)
    }

    /// A 64-bit hash that depends on a secret: use a random `key` per process, because a peer chooses branches,
    /// tags and Call-IDs and could otherwise make them collide.
    public func hash(key: UInt64) -> UInt64 {
        let secret = key ^ 0xA076_1D64_78BD_642F
        var state = key ^ (UInt64(truncatingIfNeeded: count) &* 0xE703_7ED1_A0B4_28DB)
        var index = 0
        while index + 8 <= count {
            state = Bytes.mix(state ^ load(at: index), secret)
            index += 8
        }
        if index < count { state = Bytes.mix(state ^ tail(from: index), secret) }
        return Bytes.mix(state, 0x8EBC_6AF0_9C88_C6E3 ^ key)
    }

    /// Compares `count` bytes at `other`, eight at a time.
    @usableFromInline func matches(_ other: UnsafePointer<UInt8>) -> Bool {
        var index = 0
        let foreign = Bytes(base: other, count: count)
        while index + 8 <= count {
            if load(at: index) != foreign.load(at: index) { return false }
            index += 8
        }
        while index < count {
            if base[index] != other[index] { return false }
            index += 1
        }
        return true
    }

    /// Eight bytes from `index`, which the caller has checked to be there.
    @inline(__always) private func load(at index: Int) -> UInt64 {
        UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)
    }

    /// The fewer than eight bytes from `index` to the end as one number.
    private func tail(from index: Int) -> UInt64 {
        var word: UInt64 = 0
        for position in index..<count { word = word << 8 | UInt64(base[position]) }
        return word
    }

    @inline(__always) private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
