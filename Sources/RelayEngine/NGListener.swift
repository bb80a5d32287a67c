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
    private let own: RelayThread
    private let mailboxes: [Mailbox<ControlMessage>]
    private let buffer: UnsafeMutableRawBufferPointer

    /// Watches the socket on the thread `own`, which is the first of the mailboxes' threads.
    init(
        _ socket: ControlSocket, loop: ShardLoop, own: RelayThread, mailboxes: [Mailbox<ControlMessage>]
    ) throws(LoopError) {
        self.socket = socket
        self.own = own
        self.mailboxes = mailboxes
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
            let thread = self.thread(of: message)
            if thread == 0 {
                own.receive(message, from: client, now: now)
            } else {
                // A full mailbox drops the message as a full socket would: the client asks again.
                _ = mailboxes[thread].post(ControlMessage(bytes: Array(message), client: client))
            }
        }
    }

    private func thread(of message: UnsafeRawBufferPointer) -> Int {
        guard mailboxes.count > 1, let call = NGServer<RelayShard>.call(in: message) else { return 0 }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in call.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(hash >> 32) % mailboxes.count
    }
}
