/// Writes values as bytes: numbers in network order, text and bytes with their length in front.
///
/// For bytes that stay on this machine: the messages between signalling and relay, the journal.
public struct WireWriter {
    /// What was written, up to `end`, and room behind it.
    @usableFromInline var storage: [UInt8] = []
    @usableFromInline var end = 0

    /// Nothing written yet.
    @inlinable public init() {}

    /// Begins anew, with the memory that it has.
    @inlinable public mutating func removeAll() { end = 0 }

    /// What was written.
    @inlinable public var bytes: [UInt8] { Array(storage[..<end]) }

    /// What was written; valid inside of `body` alone.
    @inlinable public func withUnsafeBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        storage.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<end])) }
    }

    /// Writes bytes without their length. (`Array.append` takes twice the time for a few bytes.)
    @inlinable public mutating func append(_ value: UnsafeRawBufferPointer) {
        let place = end
        end += value.count
        if end > storage.count { storage.append(contentsOf: repeatElement(0, count: max(256, end))) }
        storage.withUnsafeMutableBytes {
            UnsafeMutableRawBufferPointer(rebasing: $0[place..<place + value.count]).copyMemory(from: value)
        }
    }

    /// Writes a byte.
    @inlinable public mutating func put(_ value: UInt8) { Swift.withUnsafeBytes(of: value) { append($0) } }

    /// Writes a truth value: 0 or 1.
    @inlinable public mutating func put(_ value: Bool) { put(value ? 1 : 0 as UInt8) }

    /// Writes a number in its own size.
    @inlinable public mutating func put<Number: FixedWidthInteger>(_ value: Number) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append($0) }
    }

    /// Writes text as UTF-8.
    @inlinable public mutating func put(_ text: String) {
        var text = text
        text.withUTF8 { put(UnsafeRawBufferPointer($0)) }
    }

    /// Writes bytes.
    @inlinable public mutating func put(_ value: [UInt8]) { value.withUnsafeBytes { put($0) } }

    /// Writes bytes.
    @inlinable public mutating func put(_ value: UnsafeRawBufferPointer) {
        put(UInt32(value.count))
        append(value)
    }

    /// Writes values as bytes with their length in front.
    @inlinable public mutating func putSized(_ write: (inout WireWriter) -> Void) {
        let place = end
        put(UInt32(0))
        write(&self)
        let count = UInt32(end - place - 4).bigEndian
        storage.withUnsafeMutableBytes { $0.storeBytes(of: count, toByteOffset: place, as: UInt32.self) }
    }

    /// Writes whether there is a value, and the value.
    @inlinable public mutating func put<Value>(_ value: Value?, _ write: (inout WireWriter, Value) -> Void) {
        put(value != nil)
        if let value { write(&self, value) }
    }

    /// Writes how many values there are, and the values.
    @inlinable public mutating func put<Value>(_ values: [Value], _ write: (inout WireWriter, Value) -> Void) {
        put(UInt32(values.count))
        for value in values { write(&self, value) }
    }
}
