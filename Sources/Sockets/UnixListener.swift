import CLinux
import Glibc

/// The listening end of a Unix socket: a file that only its owner may use, removed with the listener.
public final class UnixListener: Sendable {
    /// The socket, which doesn't block.
    public let descriptor: Int32
    /// Where it listens.
    public let path: String
    /// The file's identity: another process may have put its own there when this one ends.
    private let device: dev_t
    private let inode: ino_t

    /// Listens at `path` with mode 0600. A file that a dead process has left is replaced.
    public init(path: String, kind: UnixSocket.Kind, backlog: Int32 = 16) throws(UnixListenerError) {
        guard !path.isEmpty, path.utf8.count <= UnixSocket.pathLimit else { throw UnixListenerError(path, .length) }
        let descriptor = UnixSocket.make(kind, isNonBlocking: true)
        guard descriptor >= 0 else { throw UnixListenerError(path, .system(errno)) }
        do throws(UnixListenerError) {
            try Self.bind(descriptor, path, kind)
        } catch {
            close(descriptor)
            throw error
        }
        var status = stat()
        // Connecting is refused until `listen`, so nobody slips in before the mode is right.
        guard lstat(path, &status) == 0, chmod(path, 0o600) == 0, listen(descriptor, backlog) == 0 else {
            let number = errno
            close(descriptor)
            unlink(path)
            throw UnixListenerError(path, .system(number))
        }
        self.descriptor = descriptor
        self.path = path
        device = status.st_dev
        inode = status.st_ino
    }

    deinit {
        close(descriptor)
        if isInPlace { unlink(path) }
    }

    /// Whether the file at `path` is still ours. Somebody may have removed it, and then nobody can connect any more.
    public var isInPlace: Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_dev == device && status.st_ino == inode
    }

    /// Takes a connection that waits; -1 with `errno` when none does. It doesn't block and isn't inherited by children.
    public func accept() -> Int32 {
        accept4(descriptor, nil, nil, Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue))
    }

    private static func bind(_ descriptor: Int32, _ path: String, _ kind: UnixSocket.Kind) throws(UnixListenerError) {
        for _ in 0..<2 {
            if UnixSocket.withAddress(path, { Glibc.bind(descriptor, $0, $1) }) == 0 { return }
            guard errno == EADDRINUSE else { throw UnixListenerError(path, .system(errno)) }
            try removeStale(path, kind)
        }
        throw UnixListenerError(path, .system(EADDRINUSE))
    }

    private static func removeStale(_ path: String, _ kind: UnixSocket.Kind) throws(UnixListenerError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw UnixListenerError(path, .noSocket) }
        let probe = UnixSocket.make(kind, isNonBlocking: true)
        defer { close(probe) }
        let result = UnixSocket.withAddress(path) { connect(probe, $0, $1) }
        guard result != 0, errno == ECONNREFUSED else { throw UnixListenerError(path, .inUse) }
        unlink(path)
    }
}
