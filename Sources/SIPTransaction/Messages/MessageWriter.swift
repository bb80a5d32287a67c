import TandemKit

/// Writes a message's text one piece after another into room that is known to be large enough.
struct MessageWriter {
    private let room: UnsafeMutableRawBufferPointer
    /// Bytes written.
    private(set) var count = 0

    init(_ room: UnsafeMutableRawBufferPointer) { self.room = room }

    mutating func append(_ bytes: Bytes) {
        precondition(bytes.count <= room.count - count, "the room was computed too small")
        UnsafeMutableRawBufferPointer(rebasing: room[count...]).copyMemory(from: bytes.buffer)
        count += bytes.count
    }

    mutating func append(_ text: StaticString) { append(Bytes(text)) }

    mutating func append(decimal number: UInt64) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = number
            var start = 20
            repeat {
                start -= 1
                digits[start] = 0x30 + UInt8(rest % 10)
                rest /= 10
            } while rest > 0
            append(Bytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[start...])))
        }
    }

    /// Writes `Name: value` and the line's end.
    mutating func appendField(_ name: StaticString, _ value: Bytes) {
        append(name)
        append(": ")
        append(value)
        append("\r\n")
    }

    /// Writes all fields of one kind that a message has, in order.
    mutating func appendFields(_ id: HeaderID, of headers: HeaderFields) {
        var index = headers.firstIndex(of: id)
        while index >= 0 {
            appendField(id.name, headers.valueBytes(at: index))
            index = headers.nextIndex(of: id, after: index)
        }
    }
}
