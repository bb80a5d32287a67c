import Foundation
import Glibc
import Testing

/// A path for a control socket of one test, removed with it.
final class TemporarySocket {
    let path = NSTemporaryDirectory() + "tandem-\(UUID().uuidString.prefix(13)).sock"

    deinit { unlink(path) }

    /// What a daemon that was killed leaves: a bound socket that nobody listens on.
    func leaveStaleFile() {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        _ = withAddress(of: path) { bind(descriptor, $0, $1) }
        close(descriptor)
    }
}

/// A connection that sends whatever it is told.
final class RawClient {
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let descriptor = descriptor
        try #require(withAddress(of: path) { connect(descriptor, $0, $1) } == 0)
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    /// Sends a text and returns what comes back, up to `lines` line feeds or the end of the stream.
    @discardableResult
    func exchange(_ text: String, lines: Int = 1) throws -> String {
        send(Array(text.utf8))
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while received.count(where: { $0 == UInt8(ascii: "\n") }) < lines {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { break }
            received += buffer[..<count]
        }
        return String(decoding: received, as: UTF8.self)
    }
}

private func withAddress(of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
}
