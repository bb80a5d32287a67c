/// Writes values as bytes: numbers in network order, text and bytes with their length in front.
///
/// For bytes that stay on this machine: the messages between signalling and relay, the journal.
public struct WireWriter {
    /// What was written.
    public private(set) var bytes: [UInt8] = []

    /// Nothing written yet.
    public init() {}

    /// Begins anew, with the memory that it has.
    public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Writes a byte.
    public mutating func put(_ value: UInt8) { bytes.append(value) }

    /// Writes a truth value: 0 or 1.
    public mutating func put(_ value: Bool) { bytes.append(value ? 1 : 0) }

    /// Writes a number in its own size.
    public mutating func put<Number: FixedWidthInteger>(_ value: Number) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// Writes text as UTF-8.
    public mutating func put(_ text: String) {
        var text = text
        text.withUTF8 { put(UnsafeRawBufferPointer($0)) }
    }

    /// Writes bytes.
    public mutating func put(_ value: [UInt8]) { value.withUnsafeBytes { put($0) } }

    /// Writes bytes.
    public mutating func put(_ value: UnsafeRawBufferPointer) {
        put(UInt32(value.count))
        bytes.append(contentsOf: value)
    }

    /// Writes values as bytes with their length in front.
    public mutating func putSized(_ write: (inout WireWriter) -> Void) {
        let place = bytes.count
        put(UInt32(0))
        write(&self)
        let count = UInt32(bytes.count - place - 4).bigEndian
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: count, toByteOffset: place, as: UInt32.self) }
    }

    /// Writes whether there is a value, and the value.
    public mutating func put<Value>(_ value: Value?, _ write: (inout WireWriter, Value) -> Void) {
        put(value != nil)
        if let value { write(&self, value) }
    }

    /// Writes how many values there are, and the values.
    public mutating func put<Value>(_ values: [Value], _ write: (inout WireWriter, Value) -> Void) {
        put(UInt32(values.count))
        for value in values { write(&self, value) }
    }
}
