import SIPTransaction
import TandemKit

/// A reused block in which header field values are put together. What it holds is valid until the next `start`.
final class ValueWriter {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity = 1024
    private var count = 0

    init() { base = .allocate(capacity: capacity) }

    deinit { base.deallocate() }

    /// Forgets what was written.
    func start() { count = 0 }

    /// What was written since `start`.
    var bytes: Bytes { Bytes(base: base, count: count) }

    func append(_ bytes: Bytes) {
        makeRoom(bytes.count)
        (base + count).update(from: bytes.base, count: bytes.count)
        count += bytes.count
    }

    func append(_ literal: StaticString) { append(Bytes(literal)) }

    func append(_ array: [UInt8]) {
        array.withUnsafeBytes { append(Bytes($0)) }
    }

    func append(_ text: String) {
        var text = text
        text.withUTF8 { append(Bytes(UnsafeRawBufferPointer($0))) }
    }

    func append(decimal number: UInt64) {
        makeRoom(20)
        var digits = 1
        var rest = number
        while rest >= 10 {
            rest /= 10
            digits += 1
        }
        rest = number
        for place in (0..<digits).reversed() {
            base[count + place] = UInt8(0x30 + rest % 10)
            rest /= 10
        }
        count += digits
    }

    /// Adds a mark of a `KeyedHash` as text.
    func append(mark: KeyedHash.Mark) {
        makeRoom(KeyedHash.Mark.count)
        mark.write(to: base + count)
        count += KeyedHash.Mark.count
    }

    private func makeRoom(_ more: Int) {
        guard count + more > capacity else { return }
        var larger = capacity * 2
        while larger < count + more { larger *= 2 }
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: base, count: count)
        base.deallocate()
        base = moved
        capacity = larger
    }
}

extension ValueWriter {
    func append(byte: UInt8) {
        withUnsafeBytes(of: byte) { append(Bytes($0)) }
    }
}
