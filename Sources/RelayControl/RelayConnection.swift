import CLinux
import Glibc
import Sockets
import Wire

/// A connection to a running relay that waits for each reply: for tools. Used on one thread.
///
/// Signalling uses `RelayClient`, which never waits.
public final class RelayConnection {
    private let path: String
    private let descriptor: Int32
    private let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: RelayCommand.messageByteLimit, alignment: 16)
    private var lastNumber: UInt32 = 0

    /// Connects to the relay at `path`. No answer is waited for longer than `patience` seconds.
    public init(path: String, patience: Int = 5) throws(RelayConnectionError) {
        self.path = path
        guard path.utf8.count <= UnixSocket.pathLimit else {
            descriptor = -1
            throw RelayConnectionError(
                "the socket path is longer than \(UnixSocket.pathLimit) bytes",
                remedy: "name a shorter one with --socket PATH")
        }
        descriptor = UnixSocket.make(.messages, isNonBlocking: false)
        guard descriptor >= 0 else { throw RelayConnectionError(path, errno) }
        var wait = timeval(tv_sec: patience, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, size)
        let result = UnixSocket.withAddress(path) { connect(descriptor, $0, $1) }
        guard result == 0 else { throw RelayConnectionError(path, errno) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        buffer.deallocate()
    }

    /// Sends a command and waits for its reply. Events that come before are passed over.
    public func ask(_ command: RelayCommand) throws(RelayConnectionError) -> RelayReply {
        lastNumber &+= 1
        try send(command.message(number: lastNumber))
        while true {
            if case .reply(let number, let reply) = try receive(), number == lastNumber { return reply }
        }
    }

    /// Sends a message as it is.
    public func send(_ message: [UInt8]) throws(RelayConnectionError) {
        let sent = message.withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard sent == message.count else { throw RelayConnectionError(path, errno) }
    }

    /// Waits for the next message, a reply or an event.
    public func receive() throws(RelayConnectionError) -> RelayMessage {
        let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        guard count != 0 else { throw RelayConnectionError(path, ECONNRESET) }
        guard count > 0 else { throw RelayConnectionError(path, errno) }
        do throws(WireError) {
            return try RelayMessage(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        } catch {
            throw RelayConnectionError(
                "what answers at \(path) is no relay of this version: \(error)",
                remedy: "use the `tandem` command of the relay's version")
        }
    }
}
