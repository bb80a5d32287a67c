extension MessageStorage {
    /// Indexes the header fields from `start` and gives the position of the body, -1 when their end is missing.
    /// Goes on after a bad line, so that a request with one can still be answered.
    func parseHeaderLines(from start: Int, _ failure: inout SIPParseError?) -> Int {
        var lines = HeaderLineScanner(self)
        var position = start
        while position < used {
            if lines.bytes[position] == 0x0D, position + 1 < used, lines.bytes[position + 1] == 0x0A {
                take(lines)
                parts.blankLine = Span(position, 2)
                return position + 2
            }
            if lines.count >= min(entryCapacity, MessageLimits.headerFields) {
                take(lines)
                guard lines.count < MessageLimits.headerFields else {
                    note(&failure, at: position, "at most 256 header fields", status: 513)
                    return -1
                }
                growIndex(to: min(entryCapacity * 2, MessageLimits.headerFields))
                lines = HeaderLineScanner(self)
            }
            position = lines.scan(at: position, &failure)
            if position < 0 { break }
        }
        take(lines)
        if position >= 0 { note(&failure, at: used, "an empty line after the header fields") }
        return -1
    }

    private func take(_ lines: HeaderLineScanner) {
        count = lines.count
        lineBytes = lines.lineBytes
    }

    /// Keeps the first failure.
    private func note(_ failure: inout SIPParseError?, at offset: Int, _ expected: StaticString, status: UInt16 = 400) {
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
