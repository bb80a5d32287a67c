extension MessageStorage {
    /// Reads Via, From, To, Call-ID, CSeq and Max-Forwards (RFC 3261 §8.1.1) once.
    func findEssentials(_ failure: inout SIPParseError?) {
        guard parts.kind != 0 else { return }
        checkVia(&failure)
        checkTags(&failure)
        checkCSeq(&failure)
        let callID = firstIndex(of: .callID)
        if callID < 0 || entries[callID].valueLength == 0 {
            missing(&failure, .callID, callID)
        }
        let hops = firstIndex(of: .maxForwards)
        if hops >= 0, failure == nil, maxForwards < 0 {
            failure = SIPParseError(offset: offset(of: hops), field: .maxForwards, expected: "a number from 0 to 255")
        }
    }

    private func missing(_ failure: inout SIPParseError?, _ field: HeaderID, _ index: Int) {
        guard failure == nil else { return }
        let offset = index < 0 ? Int(parts.blankLine.offset) : offset(of: index)
        failure = SIPParseError(offset: offset, field: field, expected: "this header field with a value")
    }

    private func offset(of index: Int) -> Int { Int(entries[index].offset) + Int(entries[index].valueOffset) }

    private func checkVia(_ failure: inout SIPParseError?) {
        let index = firstIndex(of: .via)
        guard index >= 0 else { return missing(&failure, .via, index) }
        do throws(SIPParseError) {
            let parsed = try ViaView.parse(value(at: index), from: 0)
            essentials.topVia = parsed.view
            essentials.topViaEnd = parsed.next
            essentials.hasVia = true
            if parsed.emptyParameter >= 0 {
                throw SIPParseError(offset: parsed.emptyParameter, expected: "a parameter name")
            }
        } catch {
            if failure == nil { failure = error.moved(by: offset(of: index), field: .via) }
        }
    }

    private func checkTags(_ failure: inout SIPParseError?) {
        let from = firstIndex(of: .from)
        let to = firstIndex(of: .to)
        if from < 0 { missing(&failure, .from, from) }
        if to < 0 { missing(&failure, .to, to) }
        guard from >= 0, to >= 0 else { return }
        let foundFrom = tag(at: from, .from, &failure)
        let foundTo = tag(at: to, .to, &failure)
        guard let fromTag = foundFrom, let toTag = foundTo else { return }
        essentials.fromTag = fromTag
        essentials.toTag = toTag
        essentials.hasTags = true
    }

    /// The tag of an address, an empty place without one; nil when it is malformed.
    private func tag(at index: Int, _ field: HeaderID, _ failure: inout SIPParseError?) -> Span? {
        let value = value(at: index)
        if let tag = NameAddrView.commonTag(value) { return tag.isEmpty ? Span() : span(of: tag) }
        do throws(SIPParseError) {
            let parsed = try NameAddrView.parse(value, from: 0)
            guard parsed.next == value.count else {
                throw SIPParseError(offset: parsed.next, expected: "the end of the value")
            }
            return parsed.view.tag.isEmpty ? Span() : span(of: parsed.view.tag)
        } catch {
            if failure == nil { failure = error.moved(by: offset(of: index), field: field) }
            return nil
        }
    }

    /// Where bytes of this storage lie in it.
    func span(of view: Bytes) -> Span { Span(view.base - UnsafePointer(bytes), view.count) }

    private func checkCSeq(_ failure: inout SIPParseError?) {
        let index = firstIndex(of: .cseq)
        guard index >= 0 else { return missing(&failure, .cseq, index) }
        do throws(SIPParseError) {
            let parsed = try CSeq.parse(value(at: index))
            if parts.kind == 1, parsed.cseq.method != parts.method || !hasMethod(parsed.token) {
                throw SIPParseError(offset: 0, expected: "the method of the request line")
            }
            essentials.cseq = parsed.cseq
            essentials.cseqMethod = span(of: parsed.token)
            essentials.hasCSeq = true
        } catch {
            if failure == nil { failure = error.moved(by: offset(of: index), field: .cseq) }
        }
    }

    /// Whether a token that stands for the same `SIPMethod` names the method of the request line.
    @inline(__always) private func hasMethod(_ token: Bytes) -> Bool {
        parts.method != .other || token == view(parts.methodToken)
    }

    /// Finds the body: Content-Length bytes, or all that is left in a datagram without one (RFC 3261 §18.3).
    func frameBody(from start: Int, _ failure: inout SIPParseError?) {
        let rest = used - start
        let index = firstIndex(of: .contentLength)
        guard index >= 0 else {
            parts.body = Span(start, rest)
            return
        }
        if let length = value(at: index).decimal, length <= UInt64(rest) {
            parts.body = Span(start, Int(length))
        } else if failure == nil {
            failure = SIPParseError(
                offset: offset(of: index), field: .contentLength, expected: "the number of bytes that follow")
        }
    }

    /// The value of Max-Forwards: -1 when absent or not a number from 0 to 255.
    var maxForwards: Int {
        let index = firstIndex(of: .maxForwards)
        guard index >= 0, let hops = value(at: index).decimal, hops < 256 else { return -1 }
        return Int(hops)
    }

    /// The first value of the topmost Via; an empty view when there is none.
    var topVia: (view: ViaView, end: Int) {
        if essentials.hasVia { return (essentials.topVia, essentials.topViaEnd) }
        let index = firstIndex(of: .via)
        guard index >= 0, let parsed = try? ViaView.parse(value(at: index), from: 0) else {
            return (ViaView(transport: nil, host: Bytes(), port: 0, parameters: ViaParameters()), -1)
        }
        return (parsed.view, parsed.next)
    }

    var fromTag: Bytes { essentials.hasTags ? view(essentials.fromTag) : currentTag(.from) }

    var toTag: Bytes { essentials.hasTags ? view(essentials.toTag) : currentTag(.to) }

    private func currentTag(_ field: HeaderID) -> Bytes {
        let index = firstIndex(of: field)
        return index < 0 ? Bytes() : NameAddrView(value(at: index))?.tag ?? Bytes()
    }

    var cseq: CSeq {
        if essentials.hasCSeq { return essentials.cseq }
        let index = firstIndex(of: .cseq)
        guard index >= 0, let parsed = try? CSeq.parse(value(at: index)) else {
            return CSeq(number: 0, method: .other)
        }
        return parsed.cseq
    }

    /// The method: of the request line, or of CSeq in a response.
    var methodBytes: Bytes {
        if parts.kind == 1 { return view(parts.methodToken) }
        if essentials.hasCSeq { return view(essentials.cseqMethod) }
        let index = firstIndex(of: .cseq)
        guard index >= 0, let parsed = try? CSeq.parse(value(at: index)) else { return Bytes() }
        return parsed.token
    }
}
