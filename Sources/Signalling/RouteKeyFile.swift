import Glibc

/// The file with the key that marks our Record-Routes: kept, so that proxied calls outlive a restart of the daemon.
///
/// It lies in `$STATE_DIRECTORY` (systemd's `StateDirectory=`), else beside the control socket, and holds 32 hexadecimal
/// digits. Who can read it can send requests through us past the routes, so only the daemon's user may.
struct RouteKeyFile {
    let path: String

    /// The place for a daemon with this control socket.
    init(controlSocket: String, environment: [String: String]) {
        let folder = (environment["STATE_DIRECTORY"] ?? "").split(separator: ":").first
        path = folder.map { "\($0)/route.key" } ?? "\(controlSocket).route-key"
    }

    /// The key in the file, which is made when there is none.
    /// - Throws: One sentence with the file, the cause and the remedy.
    func key() throws(DaemonError) -> (UInt64, UInt64) {
        if let key = try read() { return key }
        try make()
        if let key = try read() { return key }
        throw failure("is gone again at once", "let only one daemon use this folder")
    }

    /// Nil when there is no file.
    private func read() throws(DaemonError) -> (UInt64, UInt64)? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("can't be read (\(Self.cause))", "let the daemon's user read it")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw failure("is not a plain file", "remove it")
        }
        guard status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
            throw failure("is not the daemon's alone", "let its user own it, with mode 600, or remove it")
        }
        var bytes = [UInt8](repeating: 0, count: Self.digits + 2)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard let text = String(validating: bytes.prefix(max(count, 0)), as: UTF8.self), let key = Self.key(in: text)
        else {
            throw failure("holds no key", "remove it: a new one is made, which calls proxied until now don't survive")
        }
        return key
    }

    /// Writes a new key under another name first, so that the file is never there by half.
    private func make() throws(DaemonError) {
        var random = SystemRandomNumberGenerator()
        let draft = "\(path).\(getpid())"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw unwritable() }
        defer {
            close(descriptor)
            unlink(draft)
        }
        let text = Array((Self.text(random.next()) + Self.text(random.next()) + "\n").utf8)
        guard write(descriptor, text, text.count) == text.count, fsync(descriptor) == 0 else { throw unwritable() }
        guard link(draft, path) == 0 || errno == EEXIST else { throw unwritable() }
    }

    private static let digits = 32

    private static func key(in text: String) -> (UInt64, UInt64)? {
        let text = text.last == "\n" ? text.dropLast() : text[...]
        guard text.utf8.count == digits, text.allSatisfy(\.isHexDigit), let high = UInt64(text.prefix(16), radix: 16),
            let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        return (high, low)
    }

    private static func text(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static var cause: String { String(cString: strerror(errno)) }

    private func unwritable() -> DaemonError {
        failure("can't be written (\(Self.cause))", "set STATE_DIRECTORY to a folder where the daemon's user may write")
    }

    private func failure(_ message: String, _ remedy: String) -> DaemonError {
        DaemonError("the key file of Record-Routes \(path) \(message); \(remedy)")
    }
}
