/// Writes the text of an IP address into a buffer; counts on beyond its end without writing there.
struct AddressWriter {
    let buffer: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ buffer: UnsafeMutableRawBufferPointer) { self.buffer = buffer }

    mutating func put(_ byte: UInt8) {
        if count < buffer.count { buffer[count] = byte }
        count += 1
    }

    mutating func put(decimal number: UInt32) {
        if number >= 10 { put(decimal: number / 10) }
        put(0x30 + UInt8(number % 10))
    }

    mutating func putIPv4(_ bits: UInt32) {
        put(decimal: bits >> 24)
        put(0x2E)
        put(decimal: bits >> 16 & 255)
        put(0x2E)
        put(decimal: bits >> 8 & 255)
        put(0x2E)
        put(decimal: bits & 255)
    }

    /// RFC 5952 §4 and §5.
    mutating func putIPv6(high: UInt64, low: UInt64) {
        if high == 0, low >> 32 == 0xFFFF {
            for byte in Bytes("::ffff:").array { put(byte) }
            putIPv4(UInt32(truncatingIfNeeded: low))
            return
        }
        let gap = AddressWriter.longestZeroRun(high, low)
        var index = 0
        while index < 8 {
            if index == gap.start {
                put(0x3A)
                put(0x3A)
                index += gap.count
                continue
            }
            if index > 0, index != gap.start + gap.count { put(0x3A) }
            put(hex: AddressWriter.group(index, high, low))
            index += 1
        }
    }

    private mutating func put(hex group: UInt32) {
        var shift: UInt32 = 12
        while shift > 0, group >> shift == 0 { shift -= 4 }
        while true {
            let digit = UInt8(group >> shift & 15)
            put(digit < 10 ? 0x30 + digit : 0x57 + digit)
            if shift == 0 { return }
            shift -= 4
        }
    }

    private static func group(_ index: Int, _ high: UInt64, _ low: UInt64) -> UInt32 {
        let half = index < 4 ? high : low
        return UInt32(half >> UInt64(48 - 16 * (index & 3)) & 0xFFFF)
    }

    /// The first longest run of at least two zero groups; starts at -1 when there is none.
    private static func longestZeroRun(_ high: UInt64, _ low: UInt64) -> (start: Int, count: Int) {
        var best = (start: -1, count: 1)
        var index = 0
        while index < 8 {
            let start = index
            while index < 8, group(index, high, low) == 0 { index += 1 }
            if index - start > best.count { best = (start, index - start) }
            index += 1
        }
        return best.start < 0 ? (-1, 0) : best
    }
}
