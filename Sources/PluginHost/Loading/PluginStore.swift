import Glibc

/// The private folder that plugins are really loaded from: `HASH/libName.so` is the checked copy of a file,
/// `HASH/inspection-….json` what it said of itself. Nobody but the daemon's user can look into it, so nothing
/// can change between the check of a copy and its use, and each build of a plugin has a path of its own,
/// without which the dynamic linker would take a new build for the old one.
struct PluginStore {
    /// Builds kept; the oldest beyond that are removed (a running daemon has its own mapped).
    static let maximumBuilds = 64

    let folder: String

    /// What can't be made or written.
    struct Obstacle: Error {
        let path: String
        let cause: String
    }

    /// Makes the folder, or takes an existing one that only this user can enter.
    init(folder: String) throws(PluginHostError) {
        self.folder = folder
        do throws(Obstacle) { try Self.makeFolders(folder) } catch {
            throw .storeUnusable(folder: error.path, cause: error.cause)
        }
        var status = stat()
        guard lstat(folder, &status) == 0 else { throw .storeUnusable(folder: folder, cause: Self.lastError) }
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
            throw .storeUnusable(folder: folder, cause: "it must be a folder that only the daemon's user can enter")
        }
    }

    /// The first of some folders that can be used; the error of the first one when none can.
    init(firstUsableOf folders: [String]) throws(PluginHostError) {
        var first: PluginHostError?
        for folder in folders {
            do throws(PluginHostError) {
                self = try PluginStore(folder: folder)
                return
            } catch { first = first ?? error }
        }
        throw first ?? .storeUnusable(folder: "", cause: "none is named")
    }

    /// Where a daemon keeps its copies unless it is told, best place first: systemd's cache folder, the user's, one in
    /// `/tmp`.
    static func defaultFolders(
        environment: (String) -> String? = { getenv($0).map { String(cString: $0) } }
    ) -> [String] {
        let places = [
            ("CACHE_DIRECTORY", "/plugins"), ("XDG_CACHE_HOME", "/tandem/plugins"), ("HOME", "/.cache/tandem/plugins"),
        ]
        let folders = places.compactMap { name, rest in
            environment(name).flatMap { $0.hasPrefix("/") && $0 != "/" ? $0 + rest : nil }
        }
        return folders + ["/tmp/tandem-plugins-\(geteuid())"]
    }

    /// Writes the copy of `file` under the name `name` and returns its path; a copy that is there already is kept
    /// when its bytes are the same. What is in its way concerns this file alone.
    func copy(
        _ bytes: [UInt8], hash: ContentHash, name: String, of file: String
    ) throws(PluginFileRefusal) -> String {
        let path = "\(folder)/\(hash)/\(name)"
        if let present = Self.read(path, limit: PluginFile.maximumSize), present == bytes { return path }
        do throws(Obstacle) {
            try Self.makeFolders("\(folder)/\(hash)")
            try write(bytes, to: path)
            return path
        } catch {
            throw PluginFileRefusal(
                file: file, code: .notCopied, cause: "cannot be copied to \(path) (\(error.cause))",
                remedy: "make room there, remove \(folder)/\(hash), and put the file there once more")
        }
    }

    /// The stored answer of a build called `name`, if any.
    func record(of hash: ContentHash, name: String, limit: Int) -> [UInt8]? {
        Self.read("\(folder)/\(hash)/\(name)", limit: limit)
    }

    /// Stores an answer beside the build it belongs to.
    func keep(_ record: [UInt8], of hash: ContentHash, name: String) throws(Obstacle) {
        try write(record, to: "\(folder)/\(hash)/\(name)")
    }

    /// Removes the oldest builds beyond `maximumBuilds`, never one of `used`.
    func prune(keeping used: Set<String>) {
        let builds = (PluginFolder.names(in: folder) ?? []).map(\.text)
        var aged: [(name: String, time: Int)] = []
        for name in builds where !used.contains(name) && name.utf8.count == 64 {
            var status = stat()
            if stat("\(folder)/\(name)", &status) == 0 { aged.append((name, status.st_mtim.tv_sec)) }
        }
        let excess = aged.count + used.count - Self.maximumBuilds
        guard excess > 0 else { return }
        for build in aged.sorted(by: { ($0.time, $0.name) < ($1.time, $1.name) }).prefix(excess) {
            for name in PluginFolder.names(in: "\(folder)/\(build.name)") ?? [] {
                unlink("\(folder)/\(build.name)/\(name.text)")
            }
            rmdir("\(folder)/\(build.name)")
        }
    }

    /// Whole or not at all: another daemon of the same user may be reading.
    private func write(_ bytes: [UInt8], to path: String) throws(Obstacle) {
        // Not behind the file's name, which may be as long as a name can be.
        let draft = "\(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])/.draft.\(getpid())"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Obstacle(path: path, cause: Self.lastError) }
        var written = 0
        bytes.withUnsafeBytes { buffer in
            while written < buffer.count {
                let count = Glibc.write(descriptor, buffer.baseAddress! + written, buffer.count - written)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { break }
                written += count
            }
        }
        let isWhole = written == bytes.count
        let obstacle = Obstacle(path: path, cause: Self.lastError)
        close(descriptor)
        guard isWhole, rename(draft, path) == 0 else {
            let other = Obstacle(path: path, cause: Self.lastError)
            unlink(draft)
            throw isWhole ? other : obstacle
        }
    }

    /// A whole file that is no link; nil when it is missing or larger than `limit`.
    static func read(_ path: String, limit: Int) -> [UInt8]? {
        // Without O_NONBLOCK a named pipe in its place would hold the daemon for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit else {
            return nil
        }
        return PluginFile.contents(of: descriptor, size: Int(status.st_size))
    }

    private static func makeFolders(_ path: String) throws(Obstacle) {
        guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw Obstacle(path: path, cause: lastError)
        }
        try makeFolders(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw Obstacle(path: path, cause: lastError)
        }
    }

    private static var lastError: String { String(cString: strerror(errno)) }
}
