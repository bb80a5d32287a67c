extension MessageStorage {
    /// Writes a request line and the empty line of a new message.
    func beginRequest(method: Bytes, uri: Bytes) {
        reset()
        parts.kind = 1
        putRequestLine(method: method, uri: uri)
        putBlankLine()
        releaseRetired()
    }

    /// Writes a status line and the empty line of a new message.
    func beginResponse(status: UInt16, reason: Bytes) {
        reset()
        parts.kind = 2
        putStatusLine(status: status, reason: reason)
        putBlankLine()
        releaseRetired()
    }

    /// Exchanges the Request-URI.
    func setRequestURI(_ uri: Bytes) {
        guard parts.kind == 1 else { return }
        putRequestLine(method: view(parts.methodToken), uri: uri)
        releaseRetired()
    }

    /// Exchanges status and reason phrase.
    func setStatus(_ status: UInt16, reason: Bytes) {
        guard parts.kind == 2 else { return }
        putStatusLine(status: status, reason: reason)
        releaseRetired()
    }

    private func putRequestLine(method: Bytes, uri: Bytes) {
        guard reserve(method.count + uri.count + 32) else { return }
        let start = used
        put(method)
        for index in start..<used where !ByteClass.isToken(bytes[index]) { bytes[index] = 0x5F }
        put(byte: 0x20)
        putWithoutSpaces(uri)
        put(" SIP/2.0\r\n")
        parts.method = SIPMethod(Bytes(base: bytes + start, count: method.count))
        parts.methodToken = Span(start, method.count)
        parts.subject = Span(start + method.count + 1, uri.count)
        parts.startLine = Span(start, used - start)
    }

    /// Adds text whose spaces and controls become `_`.
    private func putWithoutSpaces(_ text: Bytes) {
        var index = used
        put(text)
        while index < used {
            let low = Words.below(Words.load(bytes + index), 0x21)
            if low == 0 {
                index += 8
                continue
            }
            index += Words.firstIndex(low)
            if index < used { bytes[index] = 0x5F }
            index += 1
        }
    }

    private func putStatusLine(status: UInt16, reason: Bytes) {
        guard reserve(reason.count + 32) else { return }
        let code = status >= 100 && status < 700 ? status : 500
        let start = used
        put("SIP/2.0 ")
        put(decimal: UInt64(code))
        put(byte: 0x20)
        put(value: reason)
        put("\r\n")
        parts.status = code
        parts.subject = Span(start + 12, reason.count)
        parts.startLine = Span(start, used - start)
    }

    private func putBlankLine() {
        guard reserve(2) else { return }
        parts.blankLine = Span(used, 2)
        put("\r\n")
        parts.body = Span(used, 0)
    }

    /// Exchanges the body, keeps Content-Length right and sets Content-Type unless the type is empty.
    func setBody(_ body: Bytes, contentType: Bytes) {
        guard reserve(body.count + contentType.count + 64) else { return }
        let start = used
        put(body)
        parts.body = Span(start, body.count)
        let retiredBlock = retired
        retired = nil
        if !contentType.isEmpty {
            let index = firstIndex(of: .contentType)
            if index < 0 {
                insert(id: .contentType, name: names.name(of: .contentType), value: contentType, at: appendIndex)
            } else {
                replaceValue(at: index, with: contentType)
            }
        }
        setDecimal(.contentLength, UInt64(body.count))
        retiredBlock?.deallocate()
    }

    /// Sets a header field that holds one number, in place when it has as many digits as before.
    func setDecimal(_ id: HeaderID, _ number: UInt64) {
        let index = firstIndex(of: id)
        let digits = MessageStorage.digits(number)
        if index >= 0, Int(entries[index].valueLength) == digits {
            let end = used
            used = Int(entries[index].offset) + Int(entries[index].valueOffset)
            put(decimal: number)
            used = end
            return
        }
        let name = index < 0 ? names.name(of: id) : name(at: index)
        guard reserve(name.count + digits + 4) else { return }
        let start = used
        put(name)
        put(": ")
        put(decimal: number)
        put("\r\n")
        let line = entry(from: start, id: id, nameLength: name.count, valueOffset: name.count + 2)
        if index < 0 { insert(line, at: count) } else { replace(at: index, with: line) }
        releaseRetired()
    }
}
