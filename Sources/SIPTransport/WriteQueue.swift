import Glibc

/// Bytes that wait to be written on a connection: bounded, first in first out. Holds no memory when empty.
struct WriteQueue: ~Copyable {
    let limit: Int
    private var storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var first = 0
    private var end = 0

    init(limit: Int) { self.limit = limit }

    deinit { storage.deallocate() }

    var count: Int { end - first }
    var isEmpty: Bool { end == first }

    /// What waits, in one piece; valid until the queue is changed.
    var waiting: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[first..<end]) }

    /// Whether `more` bytes still fit within the bound.
    func hasRoom(for more: Int) -> Bool { count + more <= limit }

    /// Puts bytes at the end. The caller has asked `hasRoom`.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        precondition(hasRoom(for: bytes.count), "the bound of a write queue is its caller's to keep")
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        if storage.count - end < bytes.count { makeRoom(for: bytes.count) }
        memcpy(storage.baseAddress! + end, source, bytes.count)
        end += bytes.count
    }

    /// Takes `count` written bytes off the front.
    mutating func removeFirst(_ count: Int) {
        first += count
        guard isEmpty else { return }
        storage.deallocate()
        storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        first = 0
        end = 0
    }

    private mutating func makeRoom(for more: Int) {
        let count = count
        if count + more <= storage.count / 2, let base = storage.baseAddress {
            memmove(base, base + first, count)
        } else {
            let larger = UnsafeMutableRawBufferPointer.allocate(
                byteCount: max(1024, 2 * (count + more)), alignment: 1)
            if let base = storage.baseAddress { memcpy(larger.baseAddress!, base + first, count) }
            storage.deallocate()
            storage = larger
        }
        first = 0
        end = count
    }
}
