/// Walks over `;name=value` parameters of a header value, up to the comma that ends the value.
struct ParameterScanner {
    var scanner: ByteScanner
    /// The name last read.
    var name: Bytes
    /// The value last read, with its quotes; nil when the parameter has none.
    var value: Bytes?
    /// Where a parameter without a name was last seen, as in `;;`; -1 when nowhere.
    private(set) var emptyParameter = -1

    @inline(__always) init(_ scanner: ByteScanner) {
        self.scanner = scanner
        name = Bytes()
        value = nil
    }

    /// Reads the next parameter; false at the end of the value or at its comma.
    @inline(__always) mutating func next() throws(SIPParseError) -> Bool {
        scanner.skipWhitespace()
        guard scanner.skip(0x3B) else {
            if scanner.isAtEnd || scanner.current == 0x2C { return false }
            throw SIPParseError(offset: scanner.index, expected: "';', ',' or the end of the value")
        }
        scanner.skipWhitespace()
        name = scanner.token()
        if name.isEmpty {
            // `;;` and a final `;` are wrong but harmless, and seen in the wild; the caller may be stricter.
            emptyParameter = scanner.index
            guard scanner.isAtEnd || scanner.current == 0x3B || scanner.current == 0x2C else {
                throw SIPParseError(offset: scanner.index, expected: "a parameter name")
            }
            value = nil
            return true
        }
        scanner.skipWhitespace()
        value = nil
        if scanner.skip(0x3D) { value = try readValue() }
        return true
    }

    @inline(__always) private mutating func readValue() throws(SIPParseError) -> Bytes {
        scanner.skipWhitespace()
        let start = scanner.index
        if scanner.current == 0x22 {
            guard scanner.skipQuotedString() else {
                throw SIPParseError(offset: start, expected: "a closing quotation mark")
            }
            return scanner.slice(from: start, to: scanner.index)
        }
        scanner.skipParameterValue()
        if !scanner.isAtEnd {
            let byte = scanner.current
            guard byte == 0x3B || byte == 0x2C || ByteClass.isLinearWhitespace(byte) else {
                throw SIPParseError(offset: scanner.index, expected: "a parameter value")
            }
        }
        return scanner.slice(from: start, to: scanner.index)
    }
}
