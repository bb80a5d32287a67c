/// Walks over all values of a kind of header field, over lines and over the commas within them.
///
///     var cursor = HeaderValueCursor(.route)
///     while cursor.next(in: request.headers) { visit(cursor.value) }
///
/// Commas inside quoted strings and angle brackets do not separate. Do not change the message meanwhile.
@frozen public struct HeaderValueCursor {
    /// The kind of header field.
    public let id: HeaderID
    /// The value that `next` came to, without white space around it.
    public private(set) var value: Bytes
    /// The position of its header field; -1 before the first.
    public private(set) var index: Int
    private var offset: Int

    /// Stands before the first value.
    public init(_ id: HeaderID) {
        self.id = id
        value = Bytes()
        index = -1
        offset = -1
    }

    /// Goes on to the next value that is not empty; false when there is none.
    public mutating func next(in headers: HeaderFields) -> Bool {
        while true {
            if offset < 0 {
                index = index < 0 ? headers.firstIndex(of: id) : headers.nextIndex(of: id, after: index)
                if index < 0 { return false }
                offset = 0
            }
            let line = headers.valueBytes(at: index)
            let end = line.endOfValue(from: offset)
            value = line.slice(from: offset, count: end - offset).trimmed
            offset = end < line.count ? end + 1 : -1
            if !value.isEmpty { return true }
        }
    }
}

extension Bytes {
    /// The position of the comma that ends the value beginning at `start`, or the end. Inside quoted strings and angle
    /// brackets a comma is no separator; an opening without its close goes on to the end, so that the work stays linear.
    public func endOfValue(from start: Int) -> Int {
        var scanner = ByteScanner(self, from: max(start, 0))
        while scanner.index < count {
            switch base[scanner.index] {
            case 0x2C: return scanner.index
            case 0x22: if !scanner.skipQuotedString() { return count }
            case 0x3C:
                guard let close = firstIndex(of: 0x3E, from: scanner.index) else { return count }
                scanner.index = close + 1
            default: scanner.index += 1
            }
        }
        return count
    }
}
