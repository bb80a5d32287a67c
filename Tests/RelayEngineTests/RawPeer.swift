import CLinux
import Glibc
import RelayControl
import Sockets
import Testing

/// A connection to the relay that sends whatever it is told.
final class RawPeer {
    private(set) var descriptor: Int32

    init(_ path: String) throws {
        let descriptor = UnixSocket.make(.messages, isNonBlocking: false)
        self.descriptor = descriptor
        var wait = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        try #require(UnixSocket.withAddress(path) { connect(descriptor, $0, $1) } == 0)
    }

    deinit { end() }

    func end() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Whether the message has left.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) } == bytes.count
    }

    /// The next message; nil when none comes in time or the connection has ended.
    func receive(milliseconds: Int32 = 5_000) throws -> RelayMessage? {
        guard isReadable(milliseconds) else { return nil }
        var buffer = [UInt8](repeating: 0, count: RelayCommand.messageByteLimit)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? try buffer[..<count].withUnsafeBytes { try RelayMessage($0) } : nil
    }

    /// Whether the relay ends the connection within five seconds, with nothing left to read.
    var isEnded: Bool {
        guard isReadable(5_000) else { return false }
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, 0) <= 0
    }

    private func isReadable(_ milliseconds: Int32) -> Bool {
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&wait, 1, milliseconds) > 0
    }
}
