import CLinux
import Foundation
import Glibc
import Sockets

/// Asks a running daemon over its control socket: one connection, one request, one answer.
public struct AdminClient: Sendable {
    private let path: String
    private let limits: AdminLimits

    /// A client of the daemon at `path`.
    public init(path: String, limits: AdminLimits = AdminLimits()) {
        self.path = path
        self.limits = limits
    }

    /// Sends a request and waits for its answer.
    /// - Throws: why there is none; an answer of the kind `failed` is thrown too.
    public func ask(_ request: AdminRequest) throws(AdminFailure) -> AdminAnswer {
        let descriptor = try connected()
        defer { close(descriptor) }
        try send(AdminCoding.encode(request) + [UInt8(ascii: "\n")], to: descriptor)
        let line = try receiveLine(from: descriptor)
        guard let answer = try? JSONDecoder().decode(AdminAnswer.self, from: Data(line)) else {
            throw AdminFailure(
                "what answers at \(path) is no Tandem of this version",
                remedy: "use the `tandem` command of the daemon's version")
        }
        if case .failed(let failure) = answer { throw failure }
        return answer
    }

    private func connected() throws(AdminFailure) -> Int32 {
        guard path.utf8.count <= UnixSocket.pathLimit else {
            throw AdminFailure(
                "the socket path is longer than \(UnixSocket.pathLimit) bytes",
                remedy: "name a shorter one with --socket PATH")
        }
        let descriptor = UnixSocket.make(isNonBlocking: false)
        guard descriptor >= 0 else { throw trouble(errno) }
        var wait = timeval(tv_sec: limits.idleMilliseconds / 1000, tv_usec: limits.idleMilliseconds % 1000 * 1000)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, size)
        if UnixSocket.withAddress(path, { connect(descriptor, $0, $1) }) == 0 { return descriptor }
        let number = errno
        close(descriptor)
        throw trouble(number)
    }

    private func send(_ bytes: [UInt8], to descriptor: Int32) throws(AdminFailure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            // The daemon may refuse at once and close: its sentence is still there to be read.
            if count < 0, errno == EPIPE || errno == ECONNRESET { return }
            if count < 0, errno != EINTR { throw trouble(errno) }
            sent += max(0, count)
        }
    }

    private func receiveLine(from descriptor: Int32) throws(AdminFailure) -> [UInt8] {
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while line.count <= limits.answerBytes {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw trouble(errno) }
            guard count > 0 else { throw trouble(ECONNRESET) }
            if let end = buffer[..<count].firstIndex(of: UInt8(ascii: "\n")) { return line + buffer[..<end] }
            line += buffer[..<count]
        }
        throw AdminFailure(
            "the answer is longer than \(limits.answerBytes) bytes", remedy: "ask for less, like one call")
    }

    private func trouble(_ number: Int32) -> AdminFailure {
        switch number {
        case ENOENT, ECONNREFUSED:
            AdminFailure(
                "no Tandem is running at \(path)",
                remedy: "start it with `tandem run`, or name its configuration or socket with --config or --socket")
        case EACCES, EPERM:
            AdminFailure(
                "the socket \(path) belongs to another user", remedy: "run this as the user who runs Tandem, or as root"
            )
        case EPROTOTYPE:
            AdminFailure(
                "what listens at \(path) is no daemon's control socket",
                remedy: "name that one with --socket; the relay's is for `tandem relay`")
        case EAGAIN, ETIMEDOUT:
            AdminFailure("the Tandem at \(path) did not answer in time", remedy: "look into its log")
        case ECONNRESET, EPIPE:
            AdminFailure("the Tandem at \(path) has closed the connection", remedy: "look into its log and try again")
        default:
            AdminFailure(
                "the socket \(path) can't be used (\(UnixSocket.words(number)))",
                remedy: "name another with --socket PATH")
        }
    }
}
