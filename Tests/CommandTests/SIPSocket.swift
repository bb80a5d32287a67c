import Glibc
import Testing

/// A UDP socket on loopback that speaks a little SIP. Reads give up after 5 s.
final class SIPSocket {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = Self.loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let own = descriptor
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(own, $0, size) == 0 && getsockname(own, $0, &size) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        try #require(isBound)
    }

    deinit { close(descriptor) }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        return address
    }

    func send(_ lines: [String], to port: UInt16) {
        let text = lines.map { $0 + "\r\n" }.joined() + "Content-Length: 0\r\n\r\n"
        var address = Self.loopback(port)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, text, text.utf8.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// The header lines of the next message that begins so, with its start line; others are passed over.
    func receive(_ start: String) throws -> [String] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            try #require(count > 0, "nothing that begins with \(start) came within 5 s")
            let lines = String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: "\r\n").map(String.init)
            if lines[0].hasPrefix(start) { return lines }
        }
    }

    /// A call to 0100.
    func invite(to port: UInt16) {
        send(
            [
                "INVITE sip:0100@127.0.0.1:\(port) SIP/2.0", "Via: SIP/2.0/UDP 127.0.0.1:\(self.port);branch=z9hG4bK-1",
                "Max-Forwards: 70", "From: <sip:0199@127.0.0.1>;tag=a", "To: <sip:0100@127.0.0.1:\(port)>",
                "Call-ID: one@127.0.0.1", "CSeq: 1 INVITE", "Contact: <sip:0199@127.0.0.1:\(self.port)>",
            ], to: port)
    }

    /// Answers a request with a final response.
    func answer(
        _ request: [String], _ status: String, tag: String? = "b", more: [String] = [], to port: UInt16
    ) {
        let copied = request.filter { line in
            ["Via: ", "From: ", "To: ", "Call-ID: ", "CSeq: "].contains { line.hasPrefix($0) }
        }
        let end = tag.map { ";tag=\($0)" } ?? ""
        send(["SIP/2.0 \(status)"] + copied.map { $0.hasPrefix("To: ") ? $0 + end : $0 } + more, to: port)
    }
}
