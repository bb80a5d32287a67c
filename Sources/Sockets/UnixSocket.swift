import CLinux
import Glibc

/// The few system calls on Unix sockets that their servers and clients share.
public enum UnixSocket {
    /// The longest path that `sockaddr_un` holds, without its closing zero.
    public static let pathLimit = 107

    /// How a socket carries what is written.
    public enum Kind: Sendable {
        /// As a stream of bytes.
        case stream
        /// Message by message, each whole.
        case messages
    }

    /// A new socket; -1 with `errno` when there is none.
    public static func make(_ kind: Kind = .stream, isNonBlocking: Bool) -> Int32 {
        let flags = Int32(SOCK_CLOEXEC.rawValue) | (isNonBlocking ? Int32(SOCK_NONBLOCK.rawValue) : 0)
        let type = kind == .stream ? SOCK_STREAM : SOCK_SEQPACKET
        return socket(AF_UNIX, Int32(type.rawValue) | flags, 0)
    }

    /// Calls `body` with the address of `path`, which is within `pathLimit`.
    public static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8.prefix(pathLimit))) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// The user at the other end (SO_PEERCRED); nil when the kernel doesn't say.
    public static func peerUser(_ descriptor: Int32) -> uid_t? {
        var credentials = (pid: pid_t(0), uid: uid_t(0), gid: gid_t(0))  // struct ucred
        var size = socklen_t(MemoryLayout.size(ofValue: credentials))
        let result = getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size)
        return result == 0 ? credentials.uid : nil
    }

    /// Whether who is at the other end may command us: the user we run as, or root.
    public static func isPeerTrusted(_ descriptor: Int32) -> Bool {
        guard let user = peerUser(descriptor) else { return false }
        return user == geteuid() || user == 0
    }

    /// The system's words for an error number.
    public static func words(_ number: Int32) -> String { String(cString: strerror(number)) }
}
