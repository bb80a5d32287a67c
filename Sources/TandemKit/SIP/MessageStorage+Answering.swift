extension MessageStorage {
    /// Makes this the answer to a request (RFC 3261 §8.2.6.2).
    func answer(_ request: MessageStorage, status: UInt16, reason: Bytes, toTag: Bytes) {
        let phrase = reason.isEmpty ? Bytes(ReasonPhrase.usual(for: status)) : reason
        beginResponse(status: status, reason: phrase)
        for index in 0..<request.count {
            switch HeaderID(raw: request.entries[index].id) {
            case .via, .from, .callID, .cseq: append(copying: request, index)
            case .to:
                if status > 100, !toTag.isEmpty, request.lacksTag(at: index) {
                    copyTo(request, index, tag: toTag)
                } else {
                    append(copying: request, index)
                }
            case .timestamp where status == 100: append(copying: request, index)
            default: break
            }
        }
        append(.contentLength, "Content-Length: 0\r\n")
        releaseRetired()
    }

    /// Adds a header field of another message as it stands, at the end but before a Content-Length that stands there.
    func append(copying other: MessageStorage, _ index: Int) {
        var line = other.entries[index]
        guard reserve(Int(line.length)) else { return }
        let start = used
        put(Bytes(base: other.bytes + Int(line.offset), count: Int(line.length)))
        line.offset = UInt32(truncatingIfNeeded: start)
        insert(line, at: appendIndex)
        releaseRetired()
    }

    /// Whether the address at `index`, a To, can be read and has no tag.
    private func lacksTag(at index: Int) -> Bool {
        if essentials.hasTags, index == firstIndex(of: .to) { return essentials.toTag.count == 0 }
        return NameAddrView(value(at: index))?.tag.isEmpty == true
    }

    private func copyTo(_ other: MessageStorage, _ index: Int, tag: Bytes) {
        let name = other.name(at: index)
        let value = other.value(at: index)
        guard name.count + value.count + tag.count + 9 <= MessageLimits.headerFieldBytes,
            reserve(name.count + value.count + tag.count + 9)
        else { return append(copying: other, index) }
        let start = used
        put(name)
        put(": ")
        put(value: value)
        put(";tag=")
        put(value: tag)
        put("\r\n")
        insert(entry(from: start, id: .to, nameLength: name.count, valueOffset: name.count + 2), at: count)
    }
}
