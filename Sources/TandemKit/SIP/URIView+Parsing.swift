extension URIView {
    static func parse(_ uri: Bytes) throws(SIPParseError) -> URIView {
        if uri.count >= 8, Words.folded(Words.load(uri.base)) & 0xFFFF_FFFF == Words.literal("sip:") {
            return try parseSIP(uri, scheme: uri.prefix(3), kind: 1)
        }
        var index = 0
        while index < uri.count, isSchemeCharacter(uri.base[index]) { index += 1 }
        guard index > 0, index < uri.count, uri.base[index] == 0x3A, ByteClass.isLetter(uri.base[0]) else {
            throw SIPParseError(offset: index, place: "URI", expected: "a scheme and ':'")
        }
        let scheme = uri.prefix(index)
        let kind = kind(of: scheme)
        if kind == 1 || kind == 2 { return try parseSIP(uri, scheme: scheme, kind: kind) }
        let rest = uri.suffix(from: index + 1)
        try checkCharacters(rest, offset: index + 1)
        if rest.isEmpty { throw SIPParseError(offset: index + 1, place: "URI", expected: "something after the scheme") }
        if kind == 3, let semicolon = rest.firstIndex(of: 0x3B) {
            return URIView(
                scheme: scheme, kind: kind, user: rest.prefix(semicolon), parameters: rest.suffix(from: semicolon + 1))
        }
        return URIView(scheme: scheme, kind: kind, user: rest, parameters: Bytes())
    }

    private static func isSchemeCharacter(_ byte: UInt8) -> Bool {
        ByteClass.isLetter(byte) || ByteClass.isDigit(byte) || byte == 0x2B || byte == 0x2D || byte == 0x2E
    }

    private static func kind(of scheme: Bytes) -> UInt8 {
        switch scheme.count {
        case 3: scheme.equalsIgnoringCase("sip") ? 1 : scheme.equalsIgnoringCase("tel") ? 3 : 0
        case 4: scheme.equalsIgnoringCase("sips") ? 2 : 0
        default: 0
        }
    }

    /// Refuses what would break out of the place a URI stands in: white space, controls, quotes and angle brackets.
    @inline(__always) private static func checkCharacters(_ text: Bytes, offset: Int) throws(SIPParseError) {
        var index = 0
        while index < text.count {
            if index + 8 <= text.count {
                let word = Words.load(text.base + index)
                if Words.endsBracketedURI(word) | Words.equal(word, 0x7F) == 0 {
                    index += 8
                    continue
                }
            }
            let byte = text.base[index]
            if byte <= 0x20 || byte == 0x22 || byte == 0x3C || byte == 0x3E || byte == 0x7F {
                throw SIPParseError(offset: offset + index, place: "URI", expected: "a character that a URI may hold")
            }
            index += 1
        }
    }

    /// `sip:user:password@host:port;parameters?headers`. The first `@` ends the user, because nothing behind the host
    /// may hold one unescaped, while the user may hold `;`, `?` and `/`.
    private static func parseSIP(_ uri: Bytes, scheme: Bytes, kind: UInt8) throws(SIPParseError) -> URIView {
        let start = scheme.count + 1
        try checkCharacters(uri.suffix(from: start), offset: start)
        var userInfo = Bytes()
        var hostStart = start
        if let at = uri.firstIndex(of: 0x40, from: start) {
            guard at > start else { throw SIPParseError(offset: at, place: "URI", expected: "a user before '@'") }
            userInfo = uri.slice(from: start, count: at - start)
            hostStart = at + 1
        }
        var scanner = ByteScanner(uri, from: hostStart)
        let host = scanner.host()
        if host.isEmpty { throw SIPParseError(offset: hostStart, place: "URI", expected: "a host") }
        var port: UInt16?
        if scanner.skip(0x3A) {
            guard let number = scanner.number(), number < 65_536 else {
                throw SIPParseError(offset: scanner.index, place: "URI", expected: "a port up to 65535")
            }
            port = UInt16(number)
        }
        let rest = try rest(of: uri, from: scanner.index)
        return URIView(scheme: scheme, kind: kind, userInfo: userInfo, host: host, port: port, rest: rest)
    }

    @inline(__always) private static func rest(of uri: Bytes, from start: Int) throws(SIPParseError) -> URIRest {
        var rest = URIRest()
        guard start < uri.count else { return rest }
        let query = uri.firstIndex(of: 0x3F, from: start) ?? uri.count
        switch uri.base[start] {
        case 0x3B: rest.parameters = uri.slice(from: start + 1, count: query - start - 1)
        case 0x3F: break
        default: throw SIPParseError(offset: start, place: "URI", expected: "':', ';', '?' or the end after the host")
        }
        if query < uri.count { rest.headers = uri.suffix(from: query + 1) }
        return rest
    }

    /// Whether these bytes are a well-formed `sip:` URI without headers, told without taking it apart; false also when
    /// that needs a closer look.
    static func isPlainSIP(_ uri: Bytes) -> Bool {
        guard uri.count >= 8, Words.folded(Words.load(uri.base)) & 0xFFFF_FFFF == Words.literal("sip:") else {
            return false
        }
        var host = 4
        var index = 4
        while index < uri.count {
            let isWhole = index + 8 <= uri.count
            // The last word overlaps the one before it.
            let start = isWhole ? index : uri.count - 8
            let word = Words.load(uri.base + start)
            let isOdd = Words.endsBracketedURI(word) | Words.equal(word, 0x7F) | Words.equal(word, 0x3F)
            if isOdd != 0 { return false }
            let at = Words.equal(word, 0x40)
            if at != 0, host == 4 { host = start + Words.firstIndex(at) + 1 }
            index += 8
        }
        if host == 5 { return false }
        var scanner = ByteScanner(uri, from: host)
        if scanner.host().isEmpty { return false }
        if scanner.skip(0x3A) {
            guard let port = scanner.number(), port < 65_536 else { return false }
        }
        return scanner.isAtEnd || scanner.current == 0x3B
    }
}
