import Glibc
import Sockets
import TandemKit
import Testing

/// A phone's sockets: one for RTP and the next port's for RTCP.
final class Phone {
    private let descriptor: Int32
    let endpoint: Endpoint
    private(set) var control: Phone!

    /// Opens a pair of ports, or the one given alone.
    convenience init(_ address: IPAddress, port: UInt16? = nil) throws {
        if let port {
            let descriptor = try #require(Self.open(Endpoint(address: address, port: port)), "port \(port) is in use")
            self.init(descriptor, at: Endpoint(address: address, port: port))
            return
        }
        for candidate in stride(from: UInt16(20_000), to: 30_000, by: 2) {
            let (rtp, rtcp) = (
                Endpoint(address: address, port: candidate), Endpoint(address: address, port: candidate + 1)
            )
            guard let first = Self.open(rtp) else { continue }
            guard let second = Self.open(rtcp) else {
                close(first)
                continue
            }
            self.init(first, at: rtp)
            control = Phone(second, at: rtcp)
            return
        }
        try #require(Bool(false), "no two ports are free")
        self.init(-1, at: Endpoint(address: address, port: 0))
    }

    private init(_ descriptor: Int32, at endpoint: Endpoint) {
        self.descriptor = descriptor
        self.endpoint = endpoint
    }

    private static func open(_ endpoint: Endpoint) -> Int32? {
        let kind = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(endpoint.address.isIPv6 ? AF_INET6 : AF_INET, kind, 0)
        guard SocketAddress(endpoint).read({ bind(descriptor, $0, $1) }) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    deinit { close(descriptor) }

    func description() throws -> SessionDescription {
        let family = endpoint.address.isIPv6 ? "IP6" : "IP4"
        return try SessionDescription(
            "v=0\r\no=- 1 1 IN \(family) \(endpoint.address)\r\ns=-\r\nc=IN \(family) \(endpoint.address)\r\nt=0 0\r\n"
                + "m=audio \(endpoint.port) RTP/AVP 8\r\n")
    }

    func send(_ bytes: [UInt8], to place: Endpoint) {
        let address = SocketAddress(place)
        bytes.withUnsafeBytes { bytes in
            _ = address.read { sendto(descriptor, bytes.baseAddress, bytes.count, 0, $0, $1) }
        }
    }

    /// Waits up to five seconds for a datagram, while the relay runs on other threads.
    func hear(milliseconds: Int32 = 5_000) -> [UInt8]? {
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&wait, 1, milliseconds) > 0 ? receive() : nil
    }

    func receive() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 2048)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count < 0 ? nil : Array(buffer[..<count])
    }
}
