import CLinux
import Glibc
import SIPTransaction
import ShardLoop
import Sockets
import TandemKit
import Timing

extension TransportLayer {
    /// Takes an accepted descriptor, or closes it when a bound is reached.
    func admit(_ descriptor: Int32, from remote: Endpoint?, listener: UInt16, now: Timestamp) {
        guard let remote, hasRoom(for: remote, listener: listener) else {
            streamCounters.connectionsRefused &+= 1
            Glibc.close(descriptor)
            return
        }
        streamCounters.connectionsAccepted &+= 1
        _ = insert(descriptor, listener: listener, remote: remote, isAccepted: true, phase: .open, now: now)
    }

    private func hasRoom(for remote: Endpoint, listener: UInt16) -> Bool {
        let accepted = table.accepted(listener: listener, from: remote.address)
        return !table.isFull && accepted.listener < limits.connectionsPerListener
            && accepted.source < limits.connectionsPerSource
    }

    /// Opens a connection to the flow's peer from the listener's address; `message` goes as soon as it is established.
    func connect(to flow: Flow, from socket: ListeningSocket, first message: UnsafeRawBufferPointer) -> SendOutcome {
        guard flow.remote.address.isIPv6 == socket.endpoint.address.isIPv6 else { return .failed(.noListener) }
        guard !table.isFull else {
            streamCounters.connectionsRefused &+= 1
            return .failed(.exhausted)
        }
        let family = flow.remote.address.isIPv6 ? AF_INET6 : AF_INET
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = Glibc.socket(family, Int32(SOCK_STREAM.rawValue) | flags, 0)
        guard descriptor >= 0 else { return .failed(TransportFailure(connectErrno: errno)) }
        let code = Self.begin(descriptor, to: flow.remote, from: socket.endpoint.address)
        guard code == 0 || code == EINPROGRESS else {
            Glibc.close(descriptor)
            return .failed(TransportFailure(connectErrno: code))
        }
        streamCounters.connectionsOpened &+= 1
        let connection = insert(
            descriptor, listener: flow.listener, remote: flow.remote, isAccepted: false,
            phase: code == 0 ? .open : .connecting, now: loop.now)
        guard let connection else { return .failed(.exhausted) }
        return connection.send(message, now: loop.now)
    }

    /// Begins to connect; returns 0 or the error number.
    private static func begin(_ descriptor: Int32, to remote: Endpoint, from local: IPAddress) -> Int32 {
        if local.high != 0 || local.low != 0 {
            // The port is chosen at connect, so that one port can serve connections to different peers.
            SocketOption.set(descriptor, Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, 1)
            let source = SocketAddress(Endpoint(address: local, port: 0))
            guard source.read({ bind(descriptor, $0, $1) }) == 0 else { return errno }
        }
        return SocketAddress(remote).read { Glibc.connect(descriptor, $0, $1) } == 0 ? 0 : errno
    }

    /// Makes a connection of a descriptor, or closes it when it can't be watched.
    private func insert(
        _ descriptor: Int32, listener: UInt16, remote: Endpoint, isAccepted: Bool, phase: StreamConnection.Phase,
        now: Timestamp
    ) -> StreamConnection? {
        SocketOption.tuneConnection(
            descriptor, deadSeconds: Int32(clamping: limits.deadPeerTimeout.wholeMilliseconds / 1000))
        let connection = table.insert(listener: listener, remote: remote, isAccepted: isAccepted) { id in
            let flow = Flow(listener: listener, transport: .tcp, connection: id.raw, remote: remote)
            return StreamConnection(
                id: id, flow: flow, descriptor: descriptor, isAccepted: isAccepted, phase: phase, layer: self, now: now)
        }
        do throws(LoopError) {
            connection.watch = try loop.watch(descriptor, for: connection.readiness, handler: connection)
        } catch {
            connection.end(nil, now: now)
            return nil
        }
        arm(connection, for: connection.deadline)
        return connection
    }
}
