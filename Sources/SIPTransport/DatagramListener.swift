import CLinux
import Glibc
import SIPTransaction
import ShardLoop
import Sockets
import TandemKit
import Timing

/// One UDP socket of a shard: reads batches of datagrams, sends, and reports the ICMP errors that ours meet.
///
/// Per datagram there is one system call and one call of the delegate; nothing is allocated.
final class DatagramListener: DescriptorHandler {
    let socket: ListeningSocket
    // Per datagram, the dynamic check for overlapping access costs more than all else here. There is no overlap: each
    // access is one read or one addition, or the queue's flush, which calls nobody but the kernel.
    @exclusivity(unchecked) private(set) var counters = TransportCounters()

    private let index: UInt16
    private let limits: TransportLimits
    private unowned let layer: TransportLayer
    private var watch = Watch.none
    @exclusivity(unchecked) private var queue: DatagramQueue

    init(_ socket: ListeningSocket, index: UInt16, layer: TransportLayer) throws(LoopError) {
        self.socket = socket
        self.index = index
        self.layer = layer
        limits = layer.limits
        queue = DatagramQueue(countLimit: limits.queuedDatagrams, byteLimit: limits.queuedDatagramBytes)
        watch = try layer.loop.watch(socket.descriptor, for: .read, handler: self)
    }

    func close() { layer.loop.unwatch(watch) }

    func ready(_ readiness: Readiness, context: UInt64, now: Timestamp) {
        guard let delegate = layer.delegate else { preconditionFailure("the delegate is set before the loop runs") }
        if readiness.contains(.error) { reportErrors(to: delegate, now: now) }
        if readiness.contains(.write) { flush() }
        if readiness.contains(.read) { receive(to: delegate, now: now) }
    }

    private func receive(to delegate: any TransportDelegate, now: Timestamp) {
        let descriptor = socket.descriptor
        let buffer = layer.readBuffer
        var delivered: UInt64 = 0
        var ignored: UInt64 = 0
        for _ in 0..<limits.datagramsPerBatch {
            var address = SocketAddress()
            let count = address.write { recvfrom(descriptor, buffer.baseAddress, buffer.count, 0, $0, $1) }
            if count < 0 {
                // Any other error is the fate of a datagram that we sent earlier; the error queue has the details.
                if errno == EAGAIN || errno == EBADF { break }
                continue
            }
            let datagram = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            guard !Self.isKeepAlive(datagram), let remote = address.endpoint else {
                ignored &+= 1
                continue
            }
            delivered &+= 1
            delegate.receive(datagram, on: Flow(listener: index, transport: .udp, remote: remote), now: now)
        }
        counters.datagramsReceived &+= delivered
        counters.datagramsIgnored &+= ignored
    }

    /// Whether a datagram is nothing but what keeps a NAT binding open: no bytes, line ends, zeros.
    private static func isKeepAlive(_ datagram: UnsafeRawBufferPointer) -> Bool {
        guard let first = datagram.first else { return true }
        guard first < 0x20 else { return false }
        return datagram.allSatisfy { $0 == .carriageReturn || $0 == .lineFeed || $0 == 0 }
    }

    func send(_ datagram: UnsafeRawBufferPointer, to remote: Endpoint) -> SendOutcome {
        let address = SocketAddress(remote)
        if queue.isEmpty {
            let code = transmit(datagram, to: address)
            guard code == EAGAIN || code == ENOBUFS else {
                return code == 0 ? .accepted(connection: 0) : .failed(TransportFailure(errno: code))
            }
            layer.loop.change(watch, to: [.read, .write])
        }
        guard queue.append(datagram, to: address) else {
            counters.datagramsDropped &+= 1
            return .failed(.queueFull)
        }
        counters.datagramsQueued &+= 1
        return .accepted(connection: 0)
    }

    private func flush() {
        queue.flush { datagram, address in
            let code = transmit(datagram, to: address)
            return code != EAGAIN && code != ENOBUFS
        }
        if queue.isEmpty { layer.loop.change(watch, to: .read) }
    }

    /// Sends one datagram; returns 0 or the error number.
    private func transmit(_ datagram: UnsafeRawBufferPointer, to address: SocketAddress) -> Int32 {
        var count = 0
        // The first error may be the pending one of an earlier datagram, which its report ends.
        for _ in 0..<2 {
            count = address.read { sendto(socket.descriptor, datagram.baseAddress, datagram.count, 0, $0, $1) }
            if count == datagram.count {
                counters.datagramsSent &+= 1
                return 0
            }
            if count >= 0 || errno == EAGAIN || errno == ENOBUFS { break }
        }
        let code = count < 0 ? errno : EMSGSIZE
        if code != EAGAIN, code != ENOBUFS { counters.datagramsFailed &+= 1 }
        return code
    }

    /// Tells which peers can't be reached. Of the ICMP errors only "destination unreachable" counts; others, like an
    /// exceeded hop limit, pass (RFC 3261 §18.4).
    private func reportErrors(to delegate: any TransportDelegate, now: Timestamp) {
        for _ in 0..<limits.datagramsPerBatch {
            var peer = sockaddr_in6()
            var report = sock_extended_err()
            guard clinux_read_error_queue(socket.descriptor, &peer, &report) == 0 else { break }
            let isUnreachable =
                Int32(report.ee_origin) == SO_EE_ORIGIN_ICMP && report.ee_type == 3
                || Int32(report.ee_origin) == SO_EE_ORIGIN_ICMP6 && report.ee_type == 1
            guard isUnreachable, let remote = SocketAddress(peer).endpoint else { continue }
            counters.icmpErrors &+= 1
            let failure = Int32(report.ee_errno) == ECONNREFUSED ? TransportFailure.refused : .unreachable
            delegate.fail(failure, on: Flow(listener: index, transport: .udp, remote: remote), now: now)
        }
        // Takes the pending error off the socket, so that it isn't ready for it again.
        _ = SocketOption.get(socket.descriptor, SOL_SOCKET, SO_ERROR)
    }
}
