/// One address value of From, To, Contact, Route and their like, borrowed from its message (RFC 3261 §20.10).
@frozen public struct NameAddrView {
    /// The display name as written, with its quotes; empty when absent.
    public let displayName: Bytes
    /// The URI without its angle brackets.
    public let uri: Bytes
    /// The header parameters from the first `;` on; empty when there are none.
    public let parameters: Bytes
    /// The value of the `tag` parameter; empty when absent.
    public let tag: Bytes
    /// Whether the URI stood in angle brackets.
    public let isBracketed: Bool

    /// The first address of a header value; nil when it is malformed.
    public init?(_ value: Bytes) {
        guard let parsed = try? NameAddrView.parse(value, from: 0) else { return nil }
        self = parsed.view
    }

    @inline(__always) init(displayName: Bytes, uri: Bytes, parameters: Bytes, tag: Bytes, isBracketed: Bool) {
        self.displayName = displayName
        self.uri = uri
        self.parameters = parameters
        self.tag = tag
        self.isBracketed = isBracketed
    }

    /// The value of a header parameter: nil when absent, empty when it has no value; quotes are kept.
    public func parameter(named name: StaticString) -> Bytes? {
        var walk = ParameterScanner(ByteScanner(parameters))
        while let found = try? walk.next(), found {
            if walk.name.equalsIgnoringCase(name) { return walk.value ?? Bytes() }
        }
        return nil
    }
}

extension NameAddrView {
    /// Reads the value that begins at `start`; `next` is the position of its comma or the end.
    static func parse(_ value: Bytes, from start: Int) throws(SIPParseError) -> (view: NameAddrView, next: Int) {
        var scanner = ByteScanner(value, from: start)
        scanner.skipWhitespace()
        var displayName = Bytes()
        var uri = Bytes()
        let isBracketed = try findBracket(&scanner, &displayName)
        if isBracketed {
            uri = try bracketedURI(&scanner)
        } else {
            uri = try bareURI(&scanner)
        }
        scanner.skipWhitespace()
        let parametersStart = scanner.index
        var tag = Bytes()
        var walk = ParameterScanner(scanner)
        while try walk.next() {
            if walk.name.count == 3, Words.short(walk.name) == Words.literal("tag") { tag = walk.value ?? Bytes() }
        }
        let end = walk.scanner.index
        let parameters = Bytes(base: value.base + parametersStart, count: end - parametersStart)
        return (
            NameAddrView(
                displayName: displayName, uri: uri, parameters: parameters, tag: tag, isBracketed: isBracketed),
            end
        )
    }

    /// Reads a display name and stands on the `<` after it; false, without moving, when the value has no brackets.
    @inline(__always) private static func findBracket(
        _ scanner: inout ByteScanner, _ displayName: inout Bytes
    ) throws(SIPParseError) -> Bool {
        let start = scanner.index
        if scanner.current == 0x22 {
            guard scanner.skipQuotedString() else {
                throw SIPParseError(offset: start, expected: "a closing quotation mark")
            }
            displayName = scanner.slice(from: start, to: scanner.index)
            scanner.skipWhitespace()
            guard scanner.current == 0x3C else {
                throw SIPParseError(offset: scanner.index, expected: "'<' after the display name")
            }
            return true
        }
        var index = start
        while index < scanner.count {
            let byte = scanner.base[index]
            if ByteTable.has(byte, ByteTable.endsDisplayName) {
                // A display name without quotes is made of tokens and white space; a colon means that a URI has begun.
                guard byte == 0x3C else { return false }
                displayName = scanner.slice(from: start, to: index).trimmed
                scanner.index = index
                return true
            }
            index += 1
        }
        return false
    }

    @inline(__always) private static func bracketedURI(_ scanner: inout ByteScanner) throws(SIPParseError) -> Bytes {
        scanner.index += 1
        let start = scanner.index
        while scanner.index < scanner.count {
            if scanner.index + 8 <= scanner.count {
                let found = Words.endsBracketedURI(Words.load(scanner.base + scanner.index))
                scanner.index += found == 0 ? 8 : Words.firstIndex(found)
                if found == 0 { continue }
            }
            let byte = scanner.base[scanner.index]
            if ByteTable.has(byte, ByteTable.endsBracketedURI) {
                if byte == 0x3E { break }
                throw SIPParseError(offset: scanner.index, expected: "a URI and '>'")
            }
            scanner.index += 1
        }
        guard !scanner.isAtEnd, scanner.index > start else {
            throw SIPParseError(offset: scanner.index, expected: "a URI and '>'")
        }
        scanner.index += 1
        return scanner.slice(from: start, to: scanner.index - 1)
    }

    /// A URI without brackets ends at `;` and may hold neither `,` nor `?` (RFC 3261 §20.10).
    @inline(__always) private static func bareURI(_ scanner: inout ByteScanner) throws(SIPParseError) -> Bytes {
        let start = scanner.index
        var hasColon = false
        while scanner.index < scanner.count {
            let byte = scanner.base[scanner.index]
            if ByteTable.has(byte, ByteTable.endsBareURI) {
                if byte == 0x3B || byte == 0x2C || ByteClass.isLinearWhitespace(byte) { break }
                throw SIPParseError(offset: scanner.index, expected: "a URI in '<' and '>'")
            }
            if byte == 0x3A { hasColon = true }
            scanner.index += 1
        }
        guard hasColon else { throw SIPParseError(offset: start, expected: "a URI") }
        return scanner.slice(from: start, to: scanner.index)
    }
}
