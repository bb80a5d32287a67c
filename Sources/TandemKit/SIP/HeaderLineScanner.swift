/// Reads header fields into the index of a storage. A copy of its pointers, so that they stay in registers.
struct HeaderLineScanner {
    let bytes: UnsafeMutablePointer<UInt8>
    private let entries: UnsafeMutablePointer<HeaderEntry>
    private let first: UnsafeMutablePointer<Int16>
    private let slots: UnsafeMutablePointer<HeaderNameTable.Slot>
    private let used: Int
    private(set) var count: Int
    private(set) var lineBytes: Int

    init(_ storage: MessageStorage) {
        bytes = storage.bytes
        entries = storage.entries
        first = storage.first
        slots = storage.names.slots
        used = storage.used
        count = storage.count
        lineBytes = storage.lineBytes
    }

    /// Indexes one header field with its continuation lines and gives the position behind it; -1 without a line end.
    @inline(__always) mutating func scan(at start: Int, _ failure: inout SIPParseError?) -> Int {
        var (id, nameLength) = registeredName(at: start)
        var colon = start + nameLength
        if id == .other {
            (id, nameLength, colon) = otherName(at: start)
            guard colon >= 0 else { return skipLine(from: start, &failure) }
        }
        var valueStart = colon + 1
        while ByteClass.isBlank(bytes[valueStart]) { valueStart += 1 }
        var end = MessageStorage.lineEnd(bytes, used, from: valueStart)
        var folds: UInt8 = 0
        while end >= 0, ByteClass.isBlank(bytes[end + 2]) {
            folds = 1
            end = MessageStorage.lineEnd(bytes, used, from: end + 2)
        }
        guard end >= 0 else {
            HeaderLineScanner.note(&failure, at: -end - 1, "CRLF at the end of the header field")
            return -1
        }
        if folds == 1 {
            while valueStart < end, ByteClass.isLinearWhitespace(bytes[valueStart]) { valueStart += 1 }
        }
        var valueEnd = end
        while valueEnd > valueStart, ByteClass.isLinearWhitespace(bytes[valueEnd - 1]) { valueEnd -= 1 }
        let slot = first + Int(id.raw)
        if slot.pointee < 0 {
            slot.pointee = Int16(truncatingIfNeeded: count)
        } else if id.isSingle, failure == nil {
            failure = SIPParseError(offset: start, field: id, expected: "this header field only once")
        }
        entries[count] = HeaderEntry(
            offset: UInt32(truncatingIfNeeded: start), length: UInt16(truncatingIfNeeded: end + 2 - start),
            nameLength: UInt16(truncatingIfNeeded: nameLength),
            valueOffset: UInt16(truncatingIfNeeded: valueStart - start),
            valueLength: UInt16(truncatingIfNeeded: valueEnd - valueStart), id: id.raw, folds: folds)
        count += 1
        lineBytes += end + 2 - start
        return end + 2
    }

    /// The number and length of a registered name that is followed at once by its colon; `other` for any other text.
    ///
    /// Reads up to 24 bytes, which the slack of the block allows. Text that reaches beyond the message holds the
    /// sentinel and so is no registered name.
    @inline(__always) private func registeredName(at start: Int) -> (id: HeaderID, length: Int) {
        var key = HeaderNameTable.Key()
        let word = Words.load(bytes + start)
        var found = Words.equal(word, 0x3A)
        if found != 0 {
            let length = Words.firstIndex(found)
            key.first = Words.folded(word) & ((1 << UInt64(8 * length)) &- 1)
            return (HeaderNameTable.id(of: key, count: length, in: slots), length)
        }
        key.first = Words.folded(word)
        let second = Words.load(bytes + start + 8)
        found = Words.equal(second, 0x3A)
        var length = 8 + Words.firstIndex(found)
        if found == 0 {
            found = Words.equal(Words.load(bytes + start + 16), 0x3A)
            if found == 0 { return (.other, 0) }
            length = 16 + Words.firstIndex(found)
            if length > 16 { key.middle = Words.folded(second) }
        }
        if length > 8 { key.last = Words.folded(Words.load(bytes + start + length - 8)) }
        return (HeaderNameTable.id(of: key, count: length, in: slots), length)
    }

    /// The number, length and colon of any name, white space before the colon allowed; colon -1 when it is none.
    private func otherName(at start: Int) -> (id: HeaderID, length: Int, colon: Int) {
        var colon = start
        while ByteClass.isToken(bytes[colon]) { colon += 1 }
        let length = colon - start
        while ByteClass.isBlank(bytes[colon]) { colon += 1 }
        guard length > 0, bytes[colon] == 0x3A else { return (.other, length, -1) }
        return (HeaderID(Bytes(base: bytes + start, count: length)), length, colon)
    }

    /// Notes that a line is no header field and gives the position behind it; -1 without a line end.
    private func skipLine(from start: Int, _ failure: inout SIPParseError?) -> Int {
        var fault = start
        while ByteClass.isToken(bytes[fault]) { fault += 1 }
        HeaderLineScanner.note(&failure, at: fault, "a header name and ':'")
        let end = MessageStorage.lineEnd(bytes, used, from: start)
        return end < 0 ? -1 : end + 2
    }

    private static func note(_ failure: inout SIPParseError?, at offset: Int, _ expected: StaticString) {
        if failure == nil { failure = SIPParseError(offset: offset, place: "header", expected: expected) }
    }
}

extension MessageStorage {
    /// The position of the CR of the CRLF that ends the line at `start`; for a line without one, or with a CR or LF
    /// on its own in it, the negative of one more than the position of the fault.
    @inline(__always) static func lineEnd(_ bytes: UnsafePointer<UInt8>, _ used: Int, from start: Int) -> Int {
        var index = start
        while true {
            // CR, LF and the other controls below 0x0E; the sentinel behind the message is one, too.
            let low = Words.below(Words.load(bytes + index), 0x0E)
            if low == 0 {
                index += 8
                continue
            }
            index += Words.firstIndex(low)
            if index >= used { return -used - 1 }
            let byte = bytes[index]
            if byte == 0x0D, bytes[index + 1] == 0x0A, index + 1 < used { return index }
            if byte == 0x0D || byte == 0x0A { return -index - 1 }
            index += 1
        }
    }
}
