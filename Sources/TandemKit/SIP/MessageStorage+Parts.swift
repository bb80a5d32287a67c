extension MessageStorage {
    /// Takes in a part of a multipart body: header fields and content, no start line.
    func receivePart(_ source: UnsafeRawBufferPointer) throws(SIPParseError) {
        reset()
        load(source)
        completeHeaders()
        var failure: SIPParseError?
        let position = parseHeaderLines(from: 0, &failure)
        if let failure { throw failure }
        parts.body = Span(position, used - position)
    }

    /// A part may consist of header fields alone (RFC 2046 §5.1.1), its last line ends then being the delimiter's.
    private func completeHeaders() {
        let part = Bytes(base: bytes, count: used)
        if part.hasPrefix("\r\n") { return }
        var index = 0
        while let end = part.firstIndex(of: 0x0A, from: index) {
            if end + 2 < used, bytes[end + 1] == 0x0D, bytes[end + 2] == 0x0A { return }
            index = end + 1
        }
        if !(used >= 2 && bytes[used - 1] == 0x0A) { put("\r\n") }
        put("\r\n")
        UnsafeMutableRawPointer(bytes + used).storeBytes(of: 0, as: UInt64.self)
        UnsafeMutableRawPointer(bytes + used + 8).storeBytes(of: 0, as: UInt64.self)
    }

    /// Makes this an empty part.
    func beginPart() {
        reset()
        guard reserve(2) else { return }
        put("\r\n")
        parts.blankLine = Span(0, 2)
        parts.body = Span(2, 0)
    }

    /// Exchanges the content of a part.
    func setContent(_ content: Bytes) {
        guard reserve(content.count) else { return }
        let start = used
        put(content)
        parts.body = Span(start, content.count)
        releaseRetired()
    }

    /// Whether a Content-Type value is of a type, whatever its parameters.
    static func isType(_ contentType: Bytes, _ type: StaticString) -> Bool {
        let end = contentType.firstIndex(of: 0x3B) ?? contentType.count
        return contentType.prefix(end).trimmed.equalsIgnoringCase(type)
    }

    /// The content of a part when it is of a type.
    static func content(ofPart part: Bytes, type: StaticString) -> Bytes? {
        var start = 0
        var isWanted = false
        while start < part.count {
            guard let end = part.firstIndex(of: 0x0A, from: start) else { return nil }
            let line = part.slice(from: start, count: end - start).trimmed
            start = end + 1
            if line.isEmpty { return isWanted ? part.suffix(from: start) : nil }
            guard let colon = line.firstIndex(of: 0x3A) else { continue }
            if HeaderID(line.prefix(colon).trimmed) == .contentType {
                isWanted = isType(line.suffix(from: colon + 1).trimmed, type)
            }
        }
        return nil
    }
}
