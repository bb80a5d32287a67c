import Glibc
import Sockets

/// Why a relay can't be asked.
public struct RelayConnectionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, as a sentence.
    public let message: String
    /// What to do about it.
    public let remedy: String

    init(_ message: String, remedy: String) {
        self.message = message
        self.remedy = remedy
    }

    init(_ path: String, _ number: Int32) {
        switch number {
        case ENOENT, ECONNREFUSED:
            self.init(
                "no relay is running at \(path)",
                remedy: "start it with `tandem run`, or name its configuration or socket with --config or --socket")
        case EPROTOTYPE:
            self.init("what listens at \(path) is no relay", remedy: "name the relay's socket with --socket")
        case EACCES, EPERM:
            self.init(
                "the socket \(path) belongs to another user", remedy: "run this as the user who runs Tandem, or as root"
            )
        case EAGAIN, ETIMEDOUT:
            self.init("the relay at \(path) did not answer in time", remedy: "look into its log")
        case ECONNRESET, EPIPE:
            self.init("the relay at \(path) has closed the connection", remedy: "look into its log and try again")
        default:
            self.init(
                "the socket \(path) can't be used (\(UnixSocket.words(number)))",
                remedy: "name another with --socket PATH")
        }
    }

    /// Both in one sentence.
    public var description: String { "\(message); \(remedy)" }
}
