import Glibc

/// Why a file could not be read.
enum FileFault: Error {
    /// It isn't there.
    case missing
    /// The system refused, with its words.
    case unreadable(String)
    /// It is a folder, a device or a pipe.
    case notAFile
    /// It is larger than the caller's limit.
    case tooLarge
}

/// Reads whole files up to a size.
enum BoundedFile {
    /// A file's bytes and its permission bits.
    struct Contents {
        let bytes: [UInt8]
        let mode: mode_t
    }

    static func read(_ path: String, limit: Int) throws(FileFault) -> Contents {
        // O_NONBLOCK: a named pipe in the place of the file must not hold us.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw errno == ENOENT ? .missing : .unreadable(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
        guard Int(status.st_size) <= limit else { throw .tooLarge }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + count, $0.count - count) }
            if got < 0 { throw .unreadable(String(cString: strerror(errno))) }
            if got == 0 { break }
            count += got
        }
        guard count <= limit else { throw .tooLarge }
        return Contents(bytes: Array(bytes[..<count]), mode: status.st_mode)
    }
}
