extension MessageStorage {
    /// `Method SP Request-URI SP SIP/2.0` (RFC 3261 §7.1), exactly one space at each place.
    func parseRequestLine(_ line: Bytes, at start: Int) throws(SIPParseError) {
        var scanner = ByteScanner(line)
        let method = scanner.token()
        guard !method.isEmpty, scanner.skip(0x20) else {
            throw SIPParseError(offset: scanner.index, place: "request line", expected: "a method and one space")
        }
        parts.kind = 1
        parts.method = SIPMethod(method)
        parts.methodToken = Span(start, method.count)
        let uriStart = scanner.index
        guard let space = line.firstIndex(of: 0x20, from: uriStart), space > uriStart else {
            throw SIPParseError(offset: uriStart, place: "request line", expected: "a Request-URI and one space")
        }
        parts.subject = Span(start + uriStart, space - uriStart)
        let version = line.suffix(from: space + 1)
        guard version.count == 7, Words.short(version) == Words.literal("sip/2.0") else {
            let isOther = version.hasPrefix("SIP/") && version.firstIndex(of: 0x20) == nil
            throw SIPParseError(
                offset: space + 1, place: "request line", expected: "SIP/2.0 and the end of the line",
                status: isOther ? 505 : 400)
        }
        if URIView.isPlainSIP(view(parts.subject)) { return }
        do throws(SIPParseError) {
            let uri = try URIView.parse(view(parts.subject))
            if !uri.headers.isEmpty {
                let offset = Int(uri.headers.base - line.base)
                throw SIPParseError(offset: offset - uriStart, expected: "no headers in a Request-URI")
            }
        } catch {
            throw SIPParseError(offset: uriStart + error.offset, place: "Request-URI", expected: error.expectation)
        }
    }

    /// `SIP/2.0 SP Status-Code SP Reason-Phrase` (RFC 3261 §7.2). A missing space after the code is forgiven.
    func parseStatusLine(_ line: Bytes, at start: Int) throws(SIPParseError) {
        parts.kind = 2
        guard line.count >= 8, Words.load(line.base) == Words.exact("SIP/2.0 ") else {
            throw SIPParseError(offset: 0, place: "status line", expected: "SIP/2.0 and one space")
        }
        guard line.count >= 11, let code = line.slice(from: 8, count: 3).decimal, code >= 100, code < 700,
            line.count == 11 || line[11] == 0x20
        else {
            throw SIPParseError(offset: 8, place: "status line", expected: "a status code from 100 to 699")
        }
        parts.status = UInt16(code)
        let reasonStart = min(12, line.count)
        parts.subject = Span(start + reasonStart, line.count - reasonStart)
    }
}
