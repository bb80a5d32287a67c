import Glibc
import Sockets
import TandemKit

/// Datagrams that wait until the kernel's send buffer has room again: bounded, in order.
struct DatagramQueue: ~Copyable {
    private struct Entry {
        var address: SocketAddress
        var offset: Int
        var count: Int
    }

    private let countLimit: Int
    private let byteLimit: Int
    private var entries: [Entry] = []
    private var first = 0
    private var bytes: [UInt8] = []

    init(countLimit: Int, byteLimit: Int) {
        self.countLimit = countLimit
        self.byteLimit = byteLimit
    }

    var isEmpty: Bool { first == entries.count }

    /// Puts a datagram at the end. Returns false when a bound is reached; room comes back when the queue has run empty.
    mutating func append(_ datagram: UnsafeRawBufferPointer, to address: SocketAddress) -> Bool {
        guard entries.count < countLimit, bytes.count + datagram.count <= byteLimit else { return false }
        entries.append(Entry(address: address, offset: bytes.count, count: datagram.count))
        bytes.append(contentsOf: datagram)
        return true
    }

    /// Hands waiting datagrams to `send`, first one first, until it returns false.
    mutating func flush(_ send: (UnsafeRawBufferPointer, SocketAddress) -> Bool) {
        bytes.withUnsafeBytes { bytes in
            while first < entries.count {
                let entry = entries[first]
                let datagram = UnsafeRawBufferPointer(rebasing: bytes[entry.offset..<entry.offset + entry.count])
                guard send(datagram, entry.address) else { return }
                first += 1
            }
        }
        guard isEmpty else { return }
        entries.removeAll(keepingCapacity: true)
        bytes.removeAll()
        first = 0
    }
}
