import CLinux
import Glibc
import MediaRelay
import RelayControl
import ShardLoop
import Sockets
import TandemKit
import Timing

/// Reads the NG protocol's socket and hands each message to the thread that has its call.
final class NGListener: DescriptorHandler {
    /// The largest message that is read, in bytes.
    static let messageByteLimit = 65_536
    /// Most messages taken per batch, so that commands can't keep the media waiting.
    static let messagesPerBatch = 16

    private let socket: ControlSocket
    private let router: ThreadRouter
    private let buffer: UnsafeMutableRawBufferPointer

    /// Watches the socket on the first thread.
    init(_ socket: ControlSocket, loop: ShardLoop, router: ThreadRouter) throws(LoopError) {
        self.socket = socket
        self.router = router
        buffer = .allocate(byteCount: Self.messageByteLimit, alignment: 16)
        _ = try loop.watch(socket.descriptor, for: .read, handler: self)
    }

    deinit { buffer.deallocate() }

    func ready(_ readiness: Readiness, context: UInt64, now: Timestamp) {
        for _ in 0..<Self.messagesPerBatch {
            var address = SocketAddress()
            let count = address.write { recvfrom(socket.descriptor, buffer.baseAddress, buffer.count, 0, $0, $1) }
            guard count >= 0 else { return }
            let datagram = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            guard let client = address.endpoint, let message = NGMessage(datagram) else { continue }
            // A full mailbox drops the message as a full socket would: the client asks again.
            deliver(message, client, now)
        }
    }

    private func deliver(_ message: NGMessage, _ client: Endpoint, _ now: Timestamp) {
        if let call = message.call {
            _ = router.deliver(.ng(message, client: client), about: call, now: now)
        } else {
            _ = router.deliver(.ng(message, client: client), to: 0, now: now)
        }
    }
}
