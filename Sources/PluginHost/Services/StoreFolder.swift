import CLinux
import Glibc

/// The folder with the stores of a daemon's instances, a file each. One process at a time has it; a file is replaced as a
/// whole. Used by one thread at a time.
final class StoreFolder: Sendable {
    private let path: String
    private let lock: Int32

    /// Why a folder or file can't be used, in a sentence.
    struct Problem: Error {
        let sentence: String
    }

    /// Takes the folder for this process, and makes it where it is missing.
    init(_ path: String) throws(Problem) {
        self.path = path
        try Self.make(path)
        lock = open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else { throw Problem(sentence: "\(path) can't be locked (\(Self.lastError))") }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw Problem(sentence: "\(path) is another daemon's")
        }
    }

    deinit { close(lock) }

    /// The bytes of an instance's file; nil when there is none.
    func read(_ instance: String) throws(Problem) -> [UInt8]? {
        let file = file(of: instance)
        guard access(file, F_OK) == 0 else { return nil }
        guard let bytes = PluginStore.read(file, limit: StoreFile.sizeLimit) else {
            throw Problem(sentence: "\(file) can't be read")
        }
        return bytes
    }

    /// Puts a file that can't be used aside, where whoever wants to may look at it; nil when that can't be done.
    func setAside(_ instance: String) -> String? {
        let file = file(of: instance)
        return rename(file, "\(file).damaged") == 0 ? "\(file).damaged" : nil
    }

    /// Replaces an instance's file.
    func write(_ bytes: [UInt8], of instance: String) throws(Problem) {
        let (file, draft) = (file(of: instance), "\(file(of: instance)).new")
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Problem(sentence: "\(draft) can't be made (\(Self.lastError))") }
        var written = 0
        bytes.withUnsafeBytes { buffer in
            while written < buffer.count {
                let count = Glibc.write(descriptor, buffer.baseAddress! + written, buffer.count - written)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { break }
                written += count
            }
        }
        let isWhole = written == bytes.count && fdatasync(descriptor) == 0
        let cause = Self.lastError
        close(descriptor)
        guard isWhole, rename(draft, file) == 0 else {
            unlink(draft)
            throw Problem(sentence: "\(file) can't be written (\(cause))")
        }
    }

    /// Whatever the name holds, the file lies in the folder: other bytes than letters, digits, `-` and `_` are spelled out.
    private func file(of instance: String) -> String {
        var name = ""
        for byte in instance.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                name.unicodeScalars.append(Unicode.Scalar(byte))
            default: name += "%" + String(byte, radix: 16)
            }
        }
        if name.utf8.count > 200 { name = ContentHash(of: Array(instance.utf8)).description }
        return "\(path)/\(name).store"
    }

    private static func make(_ path: String) throws(Problem) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw Problem(sentence: "\(path) can't be made (\(lastError))")
        }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw Problem(sentence: "\(path) is no folder")
        }
        guard status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
            throw Problem(sentence: "\(path) can be changed by others")
        }
    }

    private static var lastError: String { String(cString: strerror(errno)) }
}
