import Glibc

/// A temporary folder of one test, removed with everything in it.
final class Folder {
    let path: String

    init() {
        var template = Array("/tmp/tandem-plugin-test-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// Writes a file of the folder and returns its path.
    @discardableResult func write(_ bytes: [UInt8], as name: String, mode: mode_t = 0o644) -> String {
        let file = "\(path)/\(name)"
        let handle = fopen(file, "w")!
        fwrite(bytes, 1, bytes.count, handle)
        fclose(handle)
        chmod(file, mode)
        return file
    }

    /// Makes a folder inside.
    func makeFolder(_ name: String) { mkdir("\(path)/\(name)", 0o755) }

    private static func remove(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR, let handle = opendir(path) {
            var names: [String] = []
            while let entry = readdir(handle) {
                names.append(
                    withUnsafeBytes(of: &entry.pointee.d_name) {
                        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                    })
            }
            closedir(handle)
            for name in names where name != "." && name != ".." { remove("\(path)/\(name)") }
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}
