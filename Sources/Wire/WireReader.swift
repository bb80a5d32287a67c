/// Reads what `WireWriter` wrote, out of bytes that may be anybody's.
public struct WireReader {
    @usableFromInline let bytes: UnsafeRawBufferPointer
    @usableFromInline var place = 0

    /// Reads from the beginning; the bytes must outlive the reader.
    @inlinable public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Whether all was read.
    @inlinable public var isAtEnd: Bool { place == bytes.count }

    @usableFromInline func error(_ problem: String) -> WireError { WireError(offset: place, problem) }

    /// A number of its own size.
    @inlinable public mutating func number<Number: FixedWidthInteger>(_: Number.Type = Number.self) throws(WireError)
        -> Number
    {
        guard bytes.count - place >= MemoryLayout<Number>.size else { throw error("the message ends in a number") }
        defer { place += MemoryLayout<Number>.size }
        return Number(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: Number.self))
    }

    /// A truth value.
    @inlinable public mutating func flag() throws(WireError) -> Bool {
        let byte: UInt8 = try number()
        guard byte < 2 else { throw error("expected 0 or 1") }
        return byte == 1
    }

    /// Bytes.
    @inlinable public mutating func array() throws(WireError) -> [UInt8] {
        let count = Int(try number(UInt32.self))
        guard count <= bytes.count - place else { throw error("a value of \(count) bytes ends behind the message") }
        defer { place += count }
        return Array(bytes[place..<place + count])
    }

    /// Text.
    @inlinable public mutating func text() throws(WireError) -> String {
        guard let text = String(validating: try array(), as: UTF8.self) else { throw error("text that is no UTF-8") }
        return text
    }

    /// A value that may be missing.
    @inlinable public mutating func optional<Value>(
        _ read: (inout WireReader) throws(WireError) -> Value
    ) throws(WireError) -> Value? {
        try flag() ? try read(&self) : nil
    }

    /// Values whose number stands in front. Each takes a byte at least, so a false number can't ask for much.
    @inlinable public mutating func list<Value>(_ read: (inout WireReader) throws(WireError) -> Value) throws(WireError)
        -> [Value]
    {
        let count = Int(try number(UInt32.self))
        guard count <= bytes.count - place else { throw error("a list of \(count) values ends behind the message") }
        var values: [Value] = []
        for _ in 0..<count { values.append(try read(&self)) }
        return values
    }

    /// Nothing may be left.
    @inlinable public func finish() throws(WireError) {
        guard isAtEnd else { throw error("bytes are left") }
    }
}
