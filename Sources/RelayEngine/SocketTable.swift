import Glibc
import MediaRelay
import Sockets
import TandemKit
import Timing

/// The relay's sockets with all that a packet touches, as plain records at fixed places: no reference is counted and
/// nothing is looked up on a packet's way.
struct SocketTable: ~Copyable {
    /// One socket.
    struct Record {
        var descriptor: Int32
        /// Whether `destination` names a place.
        var hasDestination = false
        /// Whether the kernel lets in only what comes from `destination`.
        var isConnected = false
        /// Where the party of this socket gets its media.
        var destination = SocketAddress()
        var port: MediaPort
    }

    /// Most sockets of one thread.
    static let limit = 1 << 18

    private(set) var records: UnsafeMutablePointer<Record>
    private var capacity: Int
    private(set) var count = 0
    private var free: [Int32] = []

    init() {
        capacity = 256
        records = .allocate(capacity: capacity)
    }

    deinit {
        for index in 0..<count where records[index].descriptor >= 0 { Glibc.close(records[index].descriptor) }
        records.deallocate()
    }

    /// Sockets open now.
    var openCount: Int { count - free.count }

    /// Keeps a socket; nil when there are as many as there may be.
    mutating func add(_ descriptor: Int32, _ port: MediaPort) -> Int32? {
        let record = Record(descriptor: descriptor, port: port)
        if let index = free.popLast() {
            records[Int(index)] = record
            return index
        }
        guard count < Self.limit else { return nil }
        if count == capacity { grow() }
        (records + count).initialize(to: record)
        count += 1
        return Int32(count - 1)
    }

    /// Closes a socket and frees its place.
    mutating func remove(_ index: Int32) {
        let record = records + Int(index)
        guard record.pointee.descriptor >= 0 else { return }
        Glibc.close(record.pointee.descriptor)
        record.pointee.descriptor = -1
        let sink = record.pointee.port.sink
        if sink >= 0, records[Int(sink)].port.sink == index { records[Int(sink)].port.sink = -1 }
        record.pointee.port.sink = -1
        free.append(index)
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Record>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: records, count: count)
        records.deallocate()
        records = larger
        capacity *= 2
    }
}
