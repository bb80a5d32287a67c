import Glibc
import Sockets
import TandemKit

@testable import SIPTransport

/// The other side of a test: a blocking socket of its own, whose reads give up after 10 s.
final class Peer {
    let descriptor: Int32

    /// A UDP socket on loopback.
    init(datagramsAt address: IPAddress = TransportBed.loopback) {
        descriptor = Peer.open(SOCK_DGRAM, address)
        bindAnyPort(address)
    }

    /// A TCP socket that listens on loopback, for `backlog` connections.
    init(listeningAt address: IPAddress = TransportBed.loopback, backlog: Int32 = 16) {
        descriptor = Peer.open(SOCK_STREAM, address)
        bindAnyPort(address)
        precondition(Glibc.listen(descriptor, backlog) == 0)
    }

    /// A TCP connection to an endpoint.
    init(connectedTo endpoint: Endpoint) {
        descriptor = Peer.open(SOCK_STREAM, endpoint.address)
        precondition(SocketAddress(endpoint).read { Glibc.connect(descriptor, $0, $1) } == 0)
    }

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { Glibc.close(descriptor) }

    private static func open(_ kind: __socket_type, _ address: IPAddress) -> Int32 {
        let descriptor = socket(address.isIPv6 ? AF_INET6 : AF_INET, Int32(kind.rawValue), 0)
        precondition(descriptor >= 0)
        setTimeout(descriptor)
        return descriptor
    }

    private static func setTimeout(_ descriptor: Int32) {
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    private func bindAnyPort(_ address: IPAddress) {
        precondition(SocketAddress(Endpoint(address: address, port: 0)).read { bind(descriptor, $0, $1) } == 0)
    }

    /// Where this socket is.
    var endpoint: Endpoint {
        var address = SocketAddress()
        precondition(address.write { getsockname(descriptor, $0, $1) } == 0)
        return address.endpoint!
    }

    /// The next connection of a listening socket.
    func accept() -> Peer {
        let accepted = Glibc.accept(descriptor, nil, nil)
        precondition(accepted >= 0)
        Peer.setTimeout(accepted)
        return Peer(descriptor: accepted)
    }

    func send(_ text: String, to endpoint: Endpoint) {
        let count = SocketAddress(endpoint).read { sendto(descriptor, text, text.utf8.count, 0, $0, $1) }
        precondition(count == text.utf8.count)
    }

    /// Sends what may no longer be wanted.
    func send(bytes: [UInt8]) { _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

    /// One read of a stream; nothing at its end, or when nothing comes.
    func receiveBytes() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return Array(bytes.prefix(max(0, count)))
    }

    func send(_ text: String) {
        precondition(Glibc.send(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL)) == text.utf8.count)
    }

    /// One read, with where it comes from; nil at the end of a stream, or when nothing comes.
    func receive() -> (text: String, from: Endpoint?)? {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        var address = SocketAddress()
        let count = address.write { recvfrom(descriptor, &bytes, bytes.count, 0, $0, $1) }
        return count > 0 ? (String(decoding: bytes.prefix(count), as: UTF8.self), address.endpoint) : nil
    }

    /// Reads a stream until it has `count` bytes, or all of it.
    func read(_ count: Int = .max) -> String {
        var text = ""
        while text.utf8.count < count, let more = receive() { text += more.text }
        return text
    }

    /// Ends our side of a stream; the other stays.
    func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Has the connection reset when this peer goes.
    func resetAtEnd() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    }
}
