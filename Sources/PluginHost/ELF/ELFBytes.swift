/// Checked little-endian reads over the bytes of a file: an offset outside them is an error, never a trap.
struct ELFBytes {
    let bytes: [UInt8]

    var count: Int { bytes.count }

    /// The integer of `width` bytes (1, 2, 4, 8) at `offset`.
    func integer(_ width: Int, at offset: Int, of part: String) throws(ELFError) -> UInt64 {
        guard offset >= 0, width <= bytes.count, offset <= bytes.count - width else {
            throw ELFError(kind: .truncated, part: part, offset: UInt64(clamping: offset))
        }
        var value: UInt64 = 0
        for index in stride(from: width - 1, through: 0, by: -1) {
            value = value << 8 | UInt64(bytes[offset + index])
        }
        return value
    }

    /// `offset ..< offset + size` when it lies in the file and is no larger than `bound`.
    func range(at offset: UInt64, size: UInt64, bound: UInt64, of part: String) throws(ELFError) -> Range<Int> {
        guard size <= bound else { throw ELFError(kind: .malformed, part: part, offset: offset) }
        let (end, overflow) = offset.addingReportingOverflow(size)
        guard !overflow, end <= UInt64(bytes.count) else {
            throw ELFError(kind: .truncated, part: part, offset: offset)
        }
        return Int(offset)..<Int(end)
    }

    /// The bytes of the NUL-terminated string at `offset` of the string table `table`; at most `limit` bytes of it.
    func string(at offset: UInt64, in table: Range<Int>, limit: Int, of part: String) throws(ELFError) -> ArraySlice<
        UInt8
    > {
        guard offset < UInt64(table.count) else {
            throw ELFError(kind: .truncated, part: part, offset: offset)
        }
        let start = table.lowerBound + Int(offset)
        var end = start
        let stop = min(table.upperBound, start + limit)
        while end < stop, bytes[end] != 0 { end += 1 }
        guard end < table.upperBound else {
            throw ELFError(kind: .malformed, part: part, offset: UInt64(start))
        }
        return bytes[start..<end]
    }
}
