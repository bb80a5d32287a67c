import Glibc
import ShardLoop

/// What carries the bytes of a connection, between its socket and its framer. TCP alone is `PlainStream`; TLS is another
/// stream of this form over the same socket, which does its handshake in `read` and `write`.
protocol ByteStream: AnyObject {
    /// Reads what is there into `buffer`.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> StreamStep
    /// Writes as much of `bytes` as can be taken now.
    func write(_ bytes: UnsafeRawBufferPointer) -> StreamStep
    /// Whether less than was asked for may be read although there is more.
    var mayHoldMore: Bool { get }
    /// Tells the peer that we write no more.
    func endWriting()
}

/// The result of one read or write.
enum StreamStep {
    /// So many bytes were read or written; at least one.
    case moved(Int)
    /// Nothing can be done until the socket is ready for this.
    case blocked(Readiness)
    /// The peer writes no more.
    case ended
    /// The connection is lost.
    case failed(TransportFailure)
}

/// A connected TCP socket. Whoever made it owns the descriptor.
final class PlainStream: ByteStream {
    let mayHoldMore = false
    private let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> StreamStep {
        let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        if count > 0 { return .moved(count) }
        if count == 0 { return .ended }
        return errno == EAGAIN || errno == EINTR ? .blocked(.read) : .failed(TransportFailure(errno: errno))
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> StreamStep {
        let count = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        if count >= 0 { return .moved(count) }
        return errno == EAGAIN || errno == EINTR ? .blocked(.write) : .failed(TransportFailure(errno: errno))
    }

    func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }
}
