extension MessageStorage {
    /// Indexes the header fields from `start` and gives the position of the body, -1 when their end is missing.
    /// Goes on after a bad line, so that a request with one can still be answered.
    func parseHeaderLines(from start: Int, _ failure: inout SIPParseError?) -> Int {
        var position = start
        while position < used {
            if bytes[position] == 0x0D, position + 1 < used, bytes[position + 1] == 0x0A {
                parts.blankLine = Span(position, 2)
                return position + 2
            }
            if count == MessageLimits.headerFields {
                note(&failure, at: position, "at most 256 header fields", status: 513)
                return -1
            }
            if count == entryCapacity { growIndex(to: min(entryCapacity * 2, MessageLimits.editedHeaderFields)) }
            position = parseHeaderLine(at: position, &failure)
            if position < 0 { return -1 }
        }
        note(&failure, at: used, "an empty line after the header fields")
        return -1
    }

    /// Indexes one header field with its continuation lines and gives the position behind it; -1 without a line end.
    @inline(__always) private func parseHeaderLine(at start: Int, _ failure: inout SIPParseError?) -> Int {
        var colon = start
        while ByteClass.isToken(bytes[colon]) { colon += 1 }
        let nameLength = colon - start
        while ByteClass.isBlank(bytes[colon]) { colon += 1 }
        guard nameLength > 0, bytes[colon] == 0x3A else {
            note(&failure, at: colon, "a header name and ':'")
            return skipLine(from: start, &failure)
        }
        var valueStart = colon + 1
        while ByteClass.isBlank(bytes[valueStart]) { valueStart += 1 }
        var end = lineEnd(from: valueStart)
        var folds: UInt8 = 0
        while end >= 0, ByteClass.isBlank(bytes[end + 2]) {
            folds = 1
            end = lineEnd(from: end + 2)
        }
        guard end >= 0 else {
            note(&failure, at: -end - 1, "CRLF at the end of the header field")
            return -1
        }
        if folds == 1 {
            while valueStart < end, ByteClass.isLinearWhitespace(bytes[valueStart]) { valueStart += 1 }
        }
        var valueEnd = end
        while valueEnd > valueStart, ByteClass.isLinearWhitespace(bytes[valueEnd - 1]) { valueEnd -= 1 }
        let id = names.id(of: Bytes(base: bytes + start, count: nameLength))
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
        return end + 2
    }

    /// The position behind a line that is no header field; -1 without a line end.
    private func skipLine(from start: Int, _ failure: inout SIPParseError?) -> Int {
        let end = lineEnd(from: start)
        return end < 0 ? -1 : end + 2
    }

    /// Keeps the first failure.
    func note(_ failure: inout SIPParseError?, at offset: Int, _ expected: StaticString, status: UInt16 = 400) {
        if failure == nil {
            failure = SIPParseError(offset: offset, place: "header", expected: expected, status: status)
        }
    }

    /// Makes the header index larger; the bytes move with it.
    func growIndex(to capacity: Int) {
        let newEntries = MessageStorage.allocate(entryCapacity: capacity, byteCapacity: byteCapacity)
        let newFirst = MessageStorage.firstTable(of: newEntries, entryCapacity: capacity)
        let newBytes = MessageStorage.byteArea(of: newFirst)
        newEntries.update(from: entries, count: count)
        UnsafeMutableRawPointer(newFirst).copyMemory(from: first, byteCount: MessageStorage.firstSize)
        newBytes.update(from: bytes, count: used + MessageStorage.slack)
        UnsafeMutableRawPointer(entries).deallocate()
        entries = newEntries
        first = newFirst
        bytes = newBytes
        entryCapacity = capacity
        essentials.hasVia = false
    }
}
