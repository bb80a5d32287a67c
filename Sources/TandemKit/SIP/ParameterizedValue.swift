/// The shape that many header values share: some text, then `;name=value` parameters.
struct ParameterizedValue {
    /// The text before the first `;`.
    let head: Bytes
    let parameters: Parameters

    init(parsing value: Bytes) throws(SIPParseError) {
        let end = value.firstIndex(of: 0x3B) ?? value.count
        head = value.prefix(end).trimmed
        let rest = value.suffix(from: end)
        do throws(SIPParseError) {
            parameters = try Parameters(headerText: rest)
        } catch {
            throw SIPParseError(offset: end + error.offset, expected: error.expectation)
        }
        if rest.count != rest.endOfValue(from: 0) {
            throw SIPParseError(offset: end + rest.endOfValue(from: 0), expected: "the end of the value")
        }
    }

    /// The text as a token.
    func token(_ expected: StaticString) throws(SIPParseError) -> String {
        for index in 0..<head.count where !ByteClass.isToken(head.base[index]) {
            throw SIPParseError(offset: index, expected: expected)
        }
        if head.isEmpty { throw SIPParseError(offset: 0, expected: expected) }
        return head.string
    }

    /// The text as a number of seconds that fits 32 bits.
    func seconds() throws(SIPParseError) -> UInt32 {
        guard let number = head.decimal, number <= UInt64(UInt32.max) else {
            throw SIPParseError(offset: 0, expected: "a number of seconds")
        }
        return UInt32(number)
    }
}
