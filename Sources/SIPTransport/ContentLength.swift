/// Looks in a message's header for what its body's length is. Only the framing of streams needs it before the message
/// is parsed.
enum ContentLength {
    /// The body's length that `head` (start line to empty line) gives.
    static func find(in head: UnsafeRawBufferPointer) throws(FramingError) -> UInt64 {
        var length: UInt64?
        var line = lineEnd(in: head, from: 0)
        while line < head.count {
            let name = nameLength(in: head, at: line)
            let end = fieldEnd(in: head, from: line)
            if name > 0 {
                guard let value = number(in: head, from: line + name, to: end) else {
                    throw FramingError(reason: .invalidContentLength)
                }
                if let length, length != value { throw FramingError(reason: .conflictingContentLength) }
                length = value
            }
            line = end
        }
        guard let length else { throw FramingError(reason: .missingContentLength) }
        return length
    }

    /// Where the next line begins.
    private static func lineEnd(in head: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index < head.count, head[index] != .lineFeed { index += 1 }
        return min(index + 1, head.count)
    }

    /// Where the next field begins: a line that begins with white space goes on with the field (RFC 3261 §7.3.1).
    private static func fieldEnd(in head: UnsafeRawBufferPointer, from start: Int) -> Int {
        var end = lineEnd(in: head, from: start)
        while end < head.count, head[end].isBlank { end = lineEnd(in: head, from: end) }
        return end
    }

    /// Bytes of `Content-Length`, or of its compact form, with the colon, when the line at `start` has that name.
    private static func nameLength(in head: UnsafeRawBufferPointer, at start: Int) -> Int {
        let isCompact = head[start] | 0x20 == UInt8(ascii: "l")
        guard isCompact || head[start] | 0x20 == UInt8(ascii: "c") else { return 0 }
        var index = start + 1
        if !isCompact {
            // The hyphen of the name also matches a carriage return this way; that is no field of anybody's.
            guard head.count - start > name.utf8CodeUnitCount else { return 0 }
            while index < start + name.utf8CodeUnitCount {
                guard head[index] | 0x20 == name.utf8Start[index - start] else { return 0 }
                index += 1
            }
        }
        while index < head.count, head[index].isBlank { index += 1 }
        guard index < head.count, head[index] == UInt8(ascii: ":") else { return 0 }
        return index + 1 - start
    }

    /// The number between white space and line ends, or nil when there is anything else or no number. Saturates.
    private static func number(in head: UnsafeRawBufferPointer, from start: Int, to end: Int) -> UInt64? {
        var index = start
        while index < end, head[index].isSpace { index += 1 }
        let first = index
        var value: UInt64 = 0
        while index < end, let digit = head[index].digit {
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isTooLargeNow) = product.addingReportingOverflow(digit)
            value = isTooLarge || isTooLargeNow ? .max : sum
            index += 1
        }
        guard index > first else { return nil }
        while index < end, head[index].isSpace { index += 1 }
        return index == end ? value : nil
    }

    private static let name: StaticString = "content-length"
}

extension UInt8 {
    static let carriageReturn = UInt8(ascii: "\r")
    static let lineFeed = UInt8(ascii: "\n")

    /// Space or tab.
    var isBlank: Bool { self == 0x20 || self == 0x09 }
    /// Space, tab, or part of a line end.
    var isSpace: Bool { isBlank || self == .carriageReturn || self == .lineFeed }
    /// The value of a decimal digit.
    var digit: UInt64? { self &- 0x30 < 10 ? UInt64(self &- 0x30) : nil }
}
