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
        let transport = self.transport(of: listener)
        guard let remote, let flow = room(for: Flow(listener: listener, transport: transport, remote: remote)),
            let stream = acceptedStream(descriptor, flow)
        else {
            streamCounters.connectionsRefused &+= 1
            Glibc.close(descriptor)
            return
        }
        streamCounters.connectionsAccepted &+= 1
        let phase: StreamConnection.Phase = transport.isSecured ? .securing : .open
        _ = insert(descriptor, stream, flow, isAccepted: true, phase: phase, now: now)
    }

    /// The flow when there is room for a connection of it.
    private func room(for flow: Flow) -> Flow? {
        let accepted = table.accepted(flow)
        guard !table.isFull, accepted.listener < limits.connectionsPerListener,
            accepted.source < limits.connectionsPerSource
        else { return nil }
        guard flow.transport.isSecured else { return flow }
        let unsecured = table.unsecured(flow)
        guard unsecured.listener < limits.handshakesPerListener, unsecured.source < limits.handshakesPerSource else {
            streamCounters.handshakesRefused &+= 1
            return nil
        }
        return flow
    }

    private func acceptedStream(_ descriptor: Int32, _ flow: Flow) -> (any ByteStream)? {
        guard flow.transport.isSecured else { return PlainStream(descriptor: descriptor) }
        return security.server(of: flow.listener).flatMap { TLSStream(descriptor: descriptor, context: $0) }
    }

    /// Opens a connection to the flow's peer from the listener's address; `message` goes as soon as it is established.
    func connect(to flow: Flow, from socket: ListeningSocket, first message: UnsafeRawBufferPointer) -> SendOutcome {
        // WebSocket clients connect to us, never we to them.
        guard !flow.transport.isWebSocket else { return .failed(.connectionGone) }
        guard flow.remote.address.isIPv6 == socket.endpoint.address.isIPv6 else { return .failed(.noListener) }
        let context = security.client(for: flow.identity)
        guard flow.transport != .tls || context != nil else { return .failed(TransportFailure(.nobodyNamed)) }
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
        guard let stream = Self.openedStream(descriptor, flow, context) else {
            Glibc.close(descriptor)
            return .failed(.exhausted)
        }
        streamCounters.connectionsOpened &+= 1
        // A handshake begins once the socket is found writable.
        let phase: StreamConnection.Phase = code == 0 && flow.transport != .tls ? .open : .connecting
        let unnamed = flow.withoutConnection
        guard let connection = insert(descriptor, stream, unnamed, isAccepted: false, phase: phase, now: loop.now)
        else { return .failed(.exhausted) }
        return connection.send(message, now: loop.now)
    }

    private static func openedStream(
        _ descriptor: Int32, _ flow: Flow, _ context: TLSContext?
    ) -> (any ByteStream)? {
        guard flow.transport.isSecured else { return PlainStream(descriptor: descriptor) }
        return context.flatMap { TLSStream(descriptor: descriptor, context: $0) }
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
        _ descriptor: Int32, _ stream: any ByteStream, _ unnamed: Flow, isAccepted: Bool,
        phase: StreamConnection.Phase, now: Timestamp
    ) -> StreamConnection? {
        let options = options(of: unnamed.listener)
        SocketOption.mark(
            descriptor, codePoint: Int32(options.codePoint), isIPv6: unnamed.remote.address.isIPv6)
        SocketOption.tuneConnection(
            descriptor, deadSeconds: Int32(clamping: limits.deadPeerTimeout.wholeMilliseconds / 1000))
        let connection = table.insert(isAccepted: isAccepted) { id in
            StreamConnection(
                id: id, flow: unnamed.with(connection: id.raw), descriptor: descriptor, stream: stream,
                isAccepted: isAccepted, phase: phase, keepAlive: isAccepted ? nil : options.keepAlive, layer: self,
                now: now)
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
