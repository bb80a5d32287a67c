/// Writes values as bytes: numbers in network order, text and bytes with their length in front.
///
/// For bytes that stay on this machine: the messages between signalling and relay, the journal.
public struct WireWriter {
    /// What was written.
    @inlinable public var bytes: [UInt8] { storage }
    @usableFromInline var storage: [UInt8] = []

    /// Nothing written yet.
    @inlinable public init() {}

    /// Begins anew, with the memory that it has.
    @inlinable public mutating func removeAll() { storage.removeAll(keepingCapacity: true) }

    /// Writes a byte.
    @inlinable public mutating func put(_ value: UInt8) { storage.append(value) }

    /// Writes a truth value: 0 or 1.
    @inlinable public mutating func put(_ value: Bool) { storage.append(value ? 1 : 0) }

    /// Writes a number in its own size.
    @inlinable public mutating func put<Number: FixedWidthInteger>(_ value: Number) {
        withUnsafeBytes(of: value.bigEndian) { storage.append(contentsOf: $0) }
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
        storage.append(contentsOf: value)
    }

    /// Writes values as bytes with their length in front.
    @inlinable public mutating func putSized(_ write: (inout WireWriter) -> Void) {
        let place = bytes.count
        put(UInt32(0))
        write(&self)
        let count = UInt32(bytes.count - place - 4).bigEndian
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
