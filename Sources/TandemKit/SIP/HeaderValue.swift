/// A header field value that can be read as a Swift value and written again.
///
///     let reasons = request.headers[all: Reason.self]
///     response.headers[RetryAfter.self] = RetryAfter(seconds: 30)
///
/// An adapter may add conformances of its own for the fields of its vendor.
public protocol HeaderValue: Hashable, Sendable, CustomStringConvertible {
    /// The name of the header field.
    static var headerName: HeaderName { get }
    /// Reads one value; the error tells what is wrong and where in the value.
    init(parsing value: Bytes) throws(SIPParseError)
}

extension HeaderValue {
    /// Reads one value; nil when it is malformed.
    public init?(_ text: String) {
        guard let value = try? text.withBytes({ bytes throws(SIPParseError) in try Self(parsing: bytes) }) else {
            return nil
        }
        self = value
    }
}

extension HeaderFields {
    /// The first value of a type: nil when absent or malformed (`parsed` tells which). Setting replaces all fields of
    /// the name by one, where the first one stood or at the end; setting nil removes them.
    public subscript<Value: HeaderValue>(type: Value.Type) -> Value? {
        get { try? parsed(type).first }
        set { self[all: type] = newValue.map { [$0] } ?? [] }
    }

    /// The values of a type in order, over lines and commas; malformed ones are left out. Setting replaces all fields
    /// of the name by one for each value, where the first one stood or at the end.
    public subscript<Value: HeaderValue>(all type: Value.Type) -> [Value] {
        get {
            var list: [Value] = []
            try? forEachValue(of: type.headerName) { value throws(SIPParseError) in
                if let parsed = try? Value(parsing: value) { list.append(parsed) }
            }
            return list
        }
        set { replace(type.headerName, newValue.map(\.description)) }
    }

    /// The values of a type in order, over lines and commas; throws at the first that is malformed. The offset of the
    /// error counts from the start of that value.
    public func parsed<Value: HeaderValue>(_ type: Value.Type) throws(SIPParseError) -> [Value] {
        var list: [Value] = []
        let name = type.headerName
        try forEachValue(of: name) { value throws(SIPParseError) in
            do throws(SIPParseError) {
                list.append(try Value(parsing: value))
            } catch {
                throw error.moved(by: 0, field: name.id)
            }
        }
        return list
    }

    /// The values of all fields of a name as text, split at commas outside quotes and brackets.
    public func list(_ name: HeaderName) -> [String] {
        var list: [String] = []
        try? forEachValue(of: name) { value throws(SIPParseError) in list.append(value.unfolded) }
        return list
    }

    /// Replaces all fields of a name by one for each value, where the first one stood or at the end.
    public mutating func replace(_ name: HeaderName, _ values: [String]) {
        let first = firstIndex(of: name)
        remove(name)
        var index = first < 0 ? storage.appendIndex : first
        for value in values {
            insert(name, value, at: index)
            index += 1
        }
    }

    /// The number that is the value of the first field of a kind; nil when absent or no number.
    public func number(_ id: HeaderID) -> UInt64? {
        let value = firstValue(of: id)
        let end = value.firstIndex(of: 0x3B) ?? value.count
        return value.prefix(end).trimmed.decimal
    }

    /// Sets a header field that holds one number.
    public mutating func setNumber(_ id: HeaderID, _ number: UInt64) {
        edit { $0.setDecimal(id, number) }
    }

    /// Whether a list of tokens such as Supported, Require or Allow holds one, in any case.
    public func list(_ id: HeaderID, contains token: StaticString) -> Bool {
        var cursor = HeaderValueCursor(id)
        while cursor.next(in: self) {
            if cursor.value.equalsIgnoringCase(token) { return true }
        }
        return false
    }

    private func forEachValue(
        of name: HeaderName, _ body: (Bytes) throws(SIPParseError) -> Void
    ) throws(SIPParseError) {
        var found = 0
        var index = firstIndex(of: name)
        while index >= 0 {
            let line = valueBytes(at: index)
            var start = 0
            while start <= line.count, found < MessageLimits.listValues {
                let end = line.endOfValue(from: start)
                let value = line.slice(from: start, count: end - start).trimmed
                if !value.isEmpty {
                    found += 1
                    try body(value)
                }
                start = end + 1
            }
            index = nextIndex(of: name, after: index)
        }
    }
}
