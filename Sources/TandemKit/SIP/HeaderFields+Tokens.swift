/// Header fields whose values are tokens or a date.
extension HeaderFields {
    /// Date (RFC 3261 §20.17); nil when absent or malformed. Not a list: the comma belongs to the value.
    public var date: SIPDate? {
        get { try? SIPDate(parsing: firstValue(of: .date)) }
        set { self[.date] = newValue?.description }
    }

    /// The tokens of Privacy, separated by `;` (RFC 3323 §4.2); empty when absent.
    public var privacyTokens: [String] {
        get {
            let tokens = self[.privacy]?.utf8.split(separator: 0x3B) ?? []
            return tokens.map { token in String(decoding: token.filter { $0 > 0x20 }, as: UTF8.self) }
        }
        set { self[.privacy] = newValue.isEmpty ? nil : newValue.joined(separator: ";") }
    }

    /// Allow, Supported, Require and other lists of tokens.
    public subscript(list name: HeaderName) -> [String] {
        get { list(name) }
        set { self[name] = newValue.isEmpty ? nil : newValue.joined(separator: ", ") }
    }
}
