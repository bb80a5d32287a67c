import Glibc

/// By what it is seen that a file of the plugin folder is another one, or has changed, without reading it.
public struct PluginFingerprint: Hashable, Sendable {
    private let numbers: [Int]

    /// A fingerprint of these numbers.
    public init(_ numbers: [Int]) { self.numbers = numbers }

    /// Device, inode, size and times of a file; of the link itself where it leads nowhere. Nil when there is nothing.
    init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 || lstat(path, &status) == 0 else { return nil }
        numbers = [
            Int(status.st_dev), Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
            status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
        ]
    }

    /// The fingerprints of the plugin files of a folder by their paths.
    public static func all(in folder: String) throws(PluginHostError) -> [String: PluginFingerprint] {
        var found: [String: PluginFingerprint] = [:]
        for path in try PluginFolder.files(of: folder).paths { found[path] = PluginFingerprint(of: path) }
        return found
    }
}
