import CLinux
import Glibc
import Sockets

/// The listening end of the control socket: a file that only its owner may use.
final class AdminListener {
    let descriptor: Int32
    private let path: String
    /// The file's identity: another Tandem may have put its own there when this one ends.
    private var file: (dev_t, ino_t) = (0, 0)

    /// Binds `path`. A file that a dead daemon has left is replaced.
    init(path: String) throws(AdminFailure) {
        guard !path.isEmpty, path.utf8.count <= UnixSocket.pathLimit else {
            throw AdminFailure(
                "the control socket's path \(path) is longer than \(UnixSocket.pathLimit) bytes",
                remedy: "choose a shorter one under signalling.control-socket")
        }
        descriptor = UnixSocket.make(isNonBlocking: true)
        self.path = path
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
        try Self.bind(descriptor, path)
        var status = stat()
        guard lstat(path, &status) == 0 else { throw Self.failure(path, errno) }
        file = (status.st_dev, status.st_ino)
        // Connecting is refused until `listen`, so nobody slips in before the mode is right.
        guard chmod(path, 0o600) == 0, listen(descriptor, 16) == 0 else { throw Self.failure(path, errno) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        var status = stat()
        if lstat(path, &status) == 0, (status.st_dev, status.st_ino) == file { unlink(path) }
    }

    private static func bind(_ descriptor: Int32, _ path: String) throws(AdminFailure) {
        for _ in 0..<2 {
            if UnixSocket.withAddress(path, { Glibc.bind(descriptor, $0, $1) }) == 0 { return }
            guard errno == EADDRINUSE else { throw failure(path, errno) }
            try removeStale(path)
        }
        throw failure(path, EADDRINUSE)
    }

    private static func removeStale(_ path: String) throws(AdminFailure) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw AdminFailure(
                "\(path) is there and is no socket", remedy: "remove it, or choose another signalling.control-socket")
        }
        let probe = UnixSocket.make(isNonBlocking: true)
        defer { close(probe) }
        let result = UnixSocket.withAddress(path) { connect(probe, $0, $1) }
        guard result != 0, errno == ECONNREFUSED else {
            throw AdminFailure(
                "another Tandem answers at \(path)",
                remedy: "stop it, or choose another signalling.control-socket")
        }
        unlink(path)
    }

    private static func failure(_ path: String, _ number: Int32) -> AdminFailure {
        let remedy =
            switch number {
            case ENOENT: "make the folder first, or choose another signalling.control-socket"
            case EACCES, EPERM, EROFS:
                "let the user that runs Tandem write there, or choose another signalling.control-socket"
            default: "choose another signalling.control-socket"
            }
        return AdminFailure("the control socket \(path) can't be made (\(UnixSocket.words(number)))", remedy: remedy)
    }
}
