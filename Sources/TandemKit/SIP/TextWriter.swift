/// Writes text from left to right into memory that has room for it. Traps beyond its end.
struct TextWriter {
    private let start: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    /// The bytes written.
    private(set) var count = 0

    @inline(__always) init(_ start: UnsafeMutablePointer<UInt8>, capacity: Int) {
        self.start = start
        self.capacity = capacity
    }

    @inline(__always) mutating func put(_ text: Bytes) {
        precondition(text.count <= capacity - count, "no room for the text")
        UnsafeMutableRawPointer(start + count).copyMemory(from: text.base, byteCount: text.count)
        count += text.count
    }

    @inline(__always) mutating func put(_ literal: StaticString) { put(Bytes(literal)) }

    @inline(__always) mutating func put(byte: UInt8) {
        precondition(count < capacity, "no room for the text")
        start[count] = byte
        count += 1
    }

    mutating func put(_ text: String) { text.withTextBytes { put($0) } }
}

extension String {
    /// The text that `write` puts together, at most `size` bytes of UTF-8: one allocation, however many parts.
    init(atMost size: Int, _ write: (inout TextWriter) -> Void) {
        self.init(unsafeUninitializedCapacity: size) { buffer in
            guard let start = buffer.baseAddress else { return 0 }
            var writer = TextWriter(start, capacity: buffer.count)
            write(&writer)
            return writer.count
        }
    }

    /// Lends the bytes of the text where they lie.
    @inline(__always) func withTextBytes<Result>(_ body: (Bytes) -> Result) -> Result {
        var text = self
        return text.withUTF8 { body(Bytes(UnsafeRawBufferPointer($0))) }
    }
}
