import Glibc
import Sockets
import Synchronization
import TandemKit

/// The UDP socket of the NG protocol. Read on one thread, answered on any.
final class ControlSocket: Sendable {
    let descriptor: Int32
    private let failures = Atomic<UInt64>(0)

    /// Opens the socket; nil when the port is in use or not ours to open, and `errno` says why.
    init?(_ endpoint: Endpoint) {
        guard let descriptor = MediaSocket.open(endpoint) else { return nil }
        self.descriptor = descriptor
        SocketOption.enlargeBuffers(descriptor, to: 1 << 20)
    }

    deinit { close(descriptor) }

    /// Answers that the kernel refused to send.
    var failureCount: UInt64 { failures.load(ordering: .relaxed) }

    /// Sends an answer.
    func send(_ bytes: [UInt8], to client: Endpoint) {
        let address = SocketAddress(client)
        let sent = bytes.withUnsafeBytes { bytes in
            address.read { sendto(descriptor, bytes.baseAddress, bytes.count, 0, $0, $1) }
        }
        if sent != bytes.count { failures.add(1, ordering: .relaxed) }
    }
}
