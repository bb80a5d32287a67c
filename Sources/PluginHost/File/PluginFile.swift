import Glibc

/// The bytes of one file of the plugin folder, read once; everything after works on these bytes, so that
/// nobody can change the file between its check and its use.
struct PluginFile {
    /// Bytes of the largest file that is read.
    static let maximumSize = 256 << 20

    let path: String
    let bytes: [UInt8]

    /// Opens, judges and reads the file. A link is followed; what counts are the file and the folder it leads to.
    init(path: String) throws(PluginFileRefusal) {
        self.path = path
        // Without O_NONBLOCK a named pipe would hold the start of the daemon for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.unopened(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.unopened(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Self.notAFile(path)
        }
        if let breach = FilePermissions.breach(of: status, called: path) {
            throw PluginFileRefusal(file: path, code: breach.code, cause: breach.cause, remedy: breach.remedy)
        }
        if let breach = FilePermissions.breachOnTheWay(to: path) {
            throw PluginFileRefusal(file: path, code: breach.code, cause: breach.cause, remedy: breach.remedy)
        }
        guard status.st_size <= Self.maximumSize else {
            throw PluginFileRefusal(
                file: path, code: .tooLarge, cause: "is larger than \(Self.maximumSize >> 20) MiB",
                remedy: "strip its debug information")
        }
        guard let bytes = Self.contents(of: descriptor, size: Int(status.st_size)) else {
            throw Self.unopened(path, errno)
        }
        self.bytes = bytes
    }

    /// The first `size` bytes of an open file, or fewer when it ends before; nil on an error.
    static func contents(of descriptor: Int32, size: Int) -> [UInt8]? {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = read(descriptor, buffer.baseAddress! + count, size - count)
                if got < 0, errno == EINTR { continue }
                failed = got < 0
                if got <= 0 { break }
                count += got
            }
        }
        return failed ? nil : bytes
    }

    private static func notAFile(_ path: String) -> PluginFileRefusal {
        PluginFileRefusal(
            file: path, code: .notAFile, cause: "is not a regular file",
            remedy: "keep only plugins in the plugin folder")
    }

    private static func unopened(_ path: String, _ code: Int32) -> PluginFileRefusal {
        if code == ELOOP {
            return PluginFileRefusal(
                file: path, code: .linkLoop, cause: "is a symbolic link that leads in a circle",
                remedy: "replace it by the plugin or by a link that ends at it")
        }
        if code == ENXIO { return notAFile(path) }  // a socket
        let remedy =
            switch code {
            case ENOENT: "put it there or, where it is a link, the file it leads to"
            case EACCES, EPERM: "let the daemon's user read it"
            default: "look at the file system it lies on"
            }
        return PluginFileRefusal(
            file: path, code: .unreadable, cause: "cannot be read (\(String(cString: strerror(code))))", remedy: remedy)
    }
}
