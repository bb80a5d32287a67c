extension MessageStorage {
    /// Takes in a whole message. When it throws, what could be read stays indexed, so that the error can be answered.
    func receive(_ source: UnsafeRawBufferPointer) throws(SIPParseError) {
        reset()
        guard source.count <= MessageLimits.messageBytes, source.count > 0 else {
            throw SIPParseError(
                offset: source.count, expected: "a message of 1 to 65535 bytes", status: source.count > 0 ? 513 : 400)
        }
        load(source)
        var failure: SIPParseError?
        var position = parseStartLine(&failure)
        if position >= 0 { position = parseHeaderLines(from: position, &failure) }
        findEssentials(&failure)
        if position >= 0 { frameBody(from: position, &failure) }
        if var failure {
            failure.isAnswerable = parts.kind == 1 && parts.method != .ack && essentials.hasVia
            throw failure
        }
    }

    /// Copies bytes to the start of the block, with a sentinel behind them at which every scan stops at the latest.
    func load(_ source: UnsafeRawBufferPointer) {
        if source.count + 512 > byteCapacity { makeRoom(entries: entryCapacity, bytes: source.count + 2048) }
        if let start = source.baseAddress {
            UnsafeMutableRawPointer(bytes).copyMemory(from: start, byteCount: source.count)
        }
        used = source.count
        UnsafeMutableRawPointer(bytes + used).storeBytes(of: 0, as: UInt64.self)
        UnsafeMutableRawPointer(bytes + used + 8).storeBytes(of: 0, as: UInt64.self)
    }

    /// Forgets the message but keeps the memory.
    func reset() {
        used = 0
        count = 0
        lineBytes = 0
        parts = MessageParts()
        essentials = Essentials()
        hasRefusedEdit = false
        clearFirst()
    }

    /// Exchanges the block for a larger one without keeping its contents.
    private func makeRoom(entries entryCount: Int, bytes byteCount: Int) {
        UnsafeMutableRawPointer(entries).deallocate()
        entryCapacity = entryCount
        byteCapacity = byteCount
        entries = MessageStorage.allocate(entryCapacity: entryCount, byteCapacity: byteCount)
        first = MessageStorage.firstTable(of: entries, entryCapacity: entryCount)
        bytes = MessageStorage.byteArea(of: first)
        clearFirst()
    }

    /// Reads the start line and gives the position behind it, -1 when there is no line at all.
    private func parseStartLine(_ failure: inout SIPParseError?) -> Int {
        var start = 0
        // RFC 3261 §7.5: ignore CRLFs before the start line.
        while start + 1 < used, bytes[start] == 0x0D, bytes[start + 1] == 0x0A { start += 2 }
        let end = MessageStorage.lineEnd(bytes, used, from: start)
        guard end >= 0 else {
            failure = SIPParseError(offset: -end - 1, place: "start line", expected: "CRLF")
            return -1
        }
        parts.startLine = Span(start, end + 2 - start)
        let line = Bytes(base: bytes + start, count: end - start)
        do throws(SIPParseError) {
            if line.count >= 4, Words.load(line.base) & 0xFFFF_FFFF == Words.exact("SIP/") {
                try parseStatusLine(line, at: start)
            } else {
                try parseRequestLine(line, at: start)
            }
        } catch {
            failure = SIPParseError(
                offset: start + error.offset, place: error.place, expected: error.expectation, status: error.status)
        }
        return end + 2
    }
}
