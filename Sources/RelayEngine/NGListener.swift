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
            guard let client = address.endpoint else { continue }
            let message = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            // A full mailbox drops the message as a full socket would: the client asks again.
            _ = router.deliver(.ng(Array(message), client: client), to: thread(of: message), now: now)
        }
    }

    private func thread(of message: UnsafeRawBufferPointer) -> Int {
        guard router.threads.count > 1, let call = NGServer<RelayShard>.call(in: message) else { return 0 }
        return router.thread(of: call)
    }
}
