import CLinux
import Glibc
import Sockets
import TandemKit

/// A bound socket of one listener for one shard. Opened at start, before any shard runs, so that every error is known
/// then; a shard's `TransportLayer` takes it up. Closed when nobody holds it any more.
public final class ListeningSocket: Sendable {
    /// Bytes asked for as receive and send buffer of a datagram socket.
    public static let datagramBufferSize: Int32 = 8 << 20
    /// Connections that the kernel completes before we accept them.
    public static let acceptBacklog: Int32 = 1024

    /// How messages travel.
    public let transport: TransportProtocol
    /// The address and port that it got; the port is the kernel's choice when 0 was asked for.
    public let endpoint: Endpoint
    /// Bytes of receive buffer that the kernel granted, its own bookkeeping included.
    public let receiveBuffer: Int
    /// Bytes of send buffer that the kernel granted, its own bookkeeping included.
    public let sendBuffer: Int

    let descriptor: Int32

    init(taking descriptor: Int32, transport: TransportProtocol, endpoint: Endpoint) {
        self.descriptor = descriptor
        self.transport = transport
        var address = SocketAddress()
        let code = address.write { getsockname(descriptor, $0, $1) }
        self.endpoint = code == 0 ? address.endpoint ?? endpoint : endpoint
        receiveBuffer = SocketOption.get(descriptor, SOL_SOCKET, SO_RCVBUF)
        sendBuffer = SocketOption.get(descriptor, SOL_SOCKET, SO_SNDBUF)
    }

    deinit { close(descriptor) }

    /// Marks what it sends with a differentiated services code point (RFC 2474).
    func mark(_ codePoint: UInt8) {
        SocketOption.mark(descriptor, codePoint: Int32(codePoint), isIPv6: endpoint.address.isIPv6)
    }

    /// Opens the sockets of one listener, one per shard. They share the port; the kernel spreads peers over them.
    ///
    /// A port that another program listens on is refused even if that program shares its ports, as another Tandem does.
    public static func open(
        _ transport: TransportProtocol, at endpoint: Endpoint, shards: Int = 1
    ) throws(ListenError) -> [ListeningSocket] {
        var place = endpoint
        if shards > 1 {
            // A socket that doesn't share the port finds out whether somebody else has it, and which one 0 gives.
            place = try ListeningSocket.bound(transport, at: endpoint, isShared: false).endpoint
        }
        var sockets: [ListeningSocket] = []
        for _ in 0..<max(1, shards) {
            let socket = try bound(transport, at: place, isShared: shards > 1)
            if transport != .udp, listen(socket.descriptor, acceptBacklog) != 0 {
                throw ListenError(transport: transport, endpoint: place, code: errno)
            }
            sockets.append(socket)
        }
        return sockets
    }

    private static func bound(
        _ transport: TransportProtocol, at endpoint: Endpoint, isShared: Bool
    ) throws(ListenError) -> ListeningSocket {
        let family = endpoint.address.isIPv6 ? AF_INET6 : AF_INET
        let kind = transport == .udp ? SOCK_DGRAM : SOCK_STREAM
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, Int32(kind.rawValue) | flags, 0)
        guard descriptor >= 0 else { throw ListenError(transport: transport, endpoint: endpoint, code: errno) }
        if endpoint.address.isIPv6 { SocketOption.set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
        if transport == .udp {
            SocketOption.enlargeBuffers(descriptor, to: datagramBufferSize)
            SocketOption.reportICMPErrors(descriptor, isIPv6: endpoint.address.isIPv6)
        } else {
            SocketOption.set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
        }
        if isShared { SocketOption.set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1) }
        guard SocketAddress(endpoint).read({ bind(descriptor, $0, $1) }) == 0 else {
            let code = errno
            close(descriptor)
            throw ListenError(transport: transport, endpoint: endpoint, code: code)
        }
        return ListeningSocket(taking: descriptor, transport: transport, endpoint: endpoint)
    }
}
