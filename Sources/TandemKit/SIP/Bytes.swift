/// A borrowed run of bytes inside a message: a pointer and a length, nothing is copied or counted.
///
/// Valid until the message it came from is next changed, reused or released. Copy out (`string`, `array`) whatever
/// has to live longer. Not `Sendable`, because it owns nothing.
@frozen public struct Bytes {
    /// The first byte; not to be dereferenced when `count` is 0.
    public let base: UnsafePointer<UInt8>
    /// The number of bytes.
    public let count: Int

    /// Borrows `count` bytes at `base`.
    @inlinable public init(base: UnsafePointer<UInt8>, count: Int) {
        self.base = base
        self.count = count
    }

    /// No bytes.
    @inlinable public init() {
        base = UnsafePointer(bitPattern: 1).unsafelyUnwrapped
        count = 0
    }

    /// The bytes of a literal; valid for ever.
    @inlinable public init(_ literal: StaticString) {
        base = literal.utf8Start
        count = literal.utf8CodeUnitCount
    }

    /// Borrows a buffer; an empty buffer gives no bytes.
    @inlinable public init(_ buffer: UnsafeRawBufferPointer) {
        if let start = buffer.baseAddress {
            self.init(base: start.assumingMemoryBound(to: UInt8.self), count: buffer.count)
        } else {
            self.init()
        }
    }

    /// Whether there are no bytes.
    @inlinable public var isEmpty: Bool { count == 0 }

    /// The byte at `index`. Traps outside `0 ..< count`.
    @inlinable public subscript(index: Int) -> UInt8 {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "index outside of the bytes")
        return base[index]
    }

    /// The bytes as a raw buffer, of the same lifetime.
    @inlinable public var buffer: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// A copy as text; ill-formed UTF-8 becomes U+FFFD.
    public var string: String { String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self) }

    /// A copy as an array.
    public var array: [UInt8] { [UInt8](UnsafeBufferPointer(start: base, count: count)) }

    /// `length` bytes from `start`, clamped to what there is.
    @inlinable public func slice(from start: Int, count length: Int) -> Bytes {
        let from = min(max(start, 0), count)
        return Bytes(base: base + from, count: min(max(length, 0), count - from))
    }

    /// The bytes from `start` to the end, clamped.
    @inlinable public func suffix(from start: Int) -> Bytes { slice(from: start, count: count) }

    /// The first `length` bytes, clamped.
    @inlinable public func prefix(_ length: Int) -> Bytes { slice(from: 0, count: length) }

    /// The position of the first `byte` at or after `start`, or nil.
    public func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
        var index = max(start, 0)
        while index + 8 <= count {
            let found = Words.equal(Words.load(base + index), byte)
            if found != 0 { return index + Words.firstIndex(found) }
            index += 8
        }
        while index < count {
            if base[index] == byte { return index }
            index += 1
        }
        return nil
    }

    /// The bytes without spaces, tabs and line ends at either end.
    public var trimmed: Bytes {
        var start = 0
        var end = count
        while start < end, ByteClass.isLinearWhitespace(base[start]) { start += 1 }
        while end > start, ByteClass.isLinearWhitespace(base[end - 1]) { end -= 1 }
        return Bytes(base: base + start, count: end - start)
    }

    /// The value of a decimal number that fills all the bytes; nil when empty, not a number or over 64 bits.
    public var decimal: UInt64? {
        guard count > 0, count <= 20 else { return nil }
        var value: UInt64 = 0
        for index in 0..<count {
            let digit = base[index] &- 0x30
            guard digit < 10 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            if overflow || carry { return nil }
            value = sum
        }
        return value
    }
}
