import CLinux
import Glibc
import ShardLoop
import Sockets
import TandemKit
import Timing

/// One listening TCP socket of a shard: accepts connections within the bounds.
final class StreamListener: DescriptorHandler {
    let socket: ListeningSocket

    private let index: UInt16
    private unowned let layer: TransportLayer
    private var watch = Watch.none

    init(_ socket: ListeningSocket, index: UInt16, layer: TransportLayer) throws(LoopError) {
        self.socket = socket
        self.index = index
        self.layer = layer
        watch = try layer.loop.watch(socket.descriptor, for: .read, handler: self)
    }

    func close() { layer.loop.unwatch(watch) }

    func ready(_ readiness: Readiness, context: UInt64, now: Timestamp) {
        for _ in 0..<layer.limits.acceptsPerBatch {
            var address = SocketAddress()
            let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            let descriptor = address.write { accept4(socket.descriptor, $0, $1, flags) }
            if descriptor >= 0 {
                layer.admit(descriptor, from: address.endpoint, listener: index, now: now)
                continue
            }
            switch errno {
            case EAGAIN, EBADF, EINVAL: return
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return pause(now: now)
            default: continue  // The connection ended before it was accepted.
            }
        }
    }

    /// The host is out of descriptors: the socket would stay ready and keep the loop busy.
    private func pause(now: Timestamp) {
        layer.streamCounters.acceptPauses &+= 1
        layer.loop.change(watch, to: [])
        layer.armAccept(listener: index, for: now + layer.limits.acceptPause)
    }

    /// Accepts again.
    func resume() { layer.loop.change(watch, to: .read) }
}
