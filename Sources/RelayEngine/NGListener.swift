import CLinux
import Glibc
import MediaRelay
import RelayControl
import ShardLoop
import Sockets
import TandemKit
import Timing

/// The UDP socket of the NG protocol.
public final class NGListener: DescriptorHandler {
    /// The largest message that is read, in bytes.
    static let messageByteLimit = 65_536
    /// Most messages taken per batch, so that commands can't keep the media waiting.
    static let messagesPerBatch = 16

    private let descriptor: Int32
    private let server: NGServer<RelayShard>
    private let buffer: UnsafeMutableRawBufferPointer
    /// Answers that the kernel refused to send.
    public private(set) var unsent: UInt64 = 0

    /// Opens the socket; nil when the port is in use or not ours to open, with `errno` saying so.
    public init?(_ endpoint: Endpoint, loop: ShardLoop, server: NGServer<RelayShard>) throws(LoopError) {
        guard let descriptor = MediaSocket.open(endpoint) else { return nil }
        self.descriptor = descriptor
        self.server = server
        buffer = .allocate(byteCount: Self.messageByteLimit, alignment: 16)
        SocketOption.enlargeBuffers(descriptor, to: 1 << 20)
        _ = try loop.watch(descriptor, for: .read, handler: self)
    }

    deinit {
        close(descriptor)
        buffer.deallocate()
    }

    /// Answers the messages that wait, up to a bound.
    public func ready(_ readiness: Readiness, context: UInt64, now: Timestamp) {
        for _ in 0..<Self.messagesPerBatch {
            var address = SocketAddress()
            let count = address.write { recvfrom(descriptor, buffer.baseAddress, buffer.count, 0, $0, $1) }
            guard count >= 0 else { return }
            let message = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            guard let answer = server.receive(message, now: now) else { continue }
            let sent = answer.withUnsafeBytes { bytes in
                address.read { sendto(descriptor, bytes.baseAddress, bytes.count, 0, $0, $1) }
            }
            if sent != answer.count { unsent &+= 1 }
        }
    }
}
