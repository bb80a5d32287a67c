import TandemKit

/// The Record-Route values of a message, which become the route set of a dialog (RFC 3261 §12.1).
enum RouteSet {
    /// Most values kept. A longer path is cut: the request would not survive its Max-Forwards either.
    static let limit = 70

    /// Calls `body` with the values of all Record-Route fields, one after another and separated by a comma and a space;
    /// valid only there. A user agent client reads them in reverse (§12.1.2).
    static func withValues<Result>(
        of headers: HeaderFields, isReversed: Bool, _ body: (Bytes) -> Result
    ) -> Result {
        var index = headers.firstIndex(of: HeaderID.recordRoute)
        guard index >= 0 else { return body(Bytes()) }
        return withUnsafeTemporaryAllocation(of: Bytes.self, capacity: limit) { values in
            var count = 0
            var size = 0
            while index >= 0 {
                var list = AddressList(headers.valueBytes(at: index))
                while count < limit, let value = list.next() {
                    values.initializeElement(at: count, to: value)
                    count += 1
                    size += value.count + 2
                }
                index = headers.nextIndex(of: HeaderID.recordRoute, after: index)
            }
            return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(size, 1)) { text in
                let base = text.baseAddress.unsafelyUnwrapped
                var end = 0
                for position in 0..<count {
                    let value = values[isReversed ? count - 1 - position : position]
                    if position > 0 {
                        (base + end).update(from: Bytes(", ").base, count: 2)
                        end += 2
                    }
                    (base + end).update(from: value.base, count: value.count)
                    end += value.count
                }
                return body(Bytes(base: base, count: end))
            }
        }
    }
}

/// Splits a header value at the commas that separate its addresses: not at those in quotes or angle brackets.
package struct AddressList {
    private let value: Bytes
    private var position = 0

    package init(_ value: Bytes) { self.value = value }

    /// What is left, without white space around it.
    var rest: Bytes { value.suffix(from: position).trimmed }

    /// The next address, without white space around it; nil at the end.
    package mutating func next() -> Bytes? {
        while position < value.count {
            let start = position
            position = end(from: start)
            let address = value.slice(from: start, count: position - start).trimmed
            position += 1
            if !address.isEmpty { return address }
        }
        return nil
    }

    private func end(from start: Int) -> Int {
        var isQuoted = false
        var isBracketed = false
        var index = start
        while index < value.count {
            switch value.base[index] {
            case 0x22 where !isBracketed: isQuoted.toggle()
            case 0x5C where isQuoted: index += 1
            case 0x3C where !isQuoted: isBracketed = true
            case 0x3E where !isQuoted: isBracketed = false
            case 0x2C where !isQuoted && !isBracketed: return index
            default: break
            }
            index += 1
        }
        return min(index, value.count)
    }
}
