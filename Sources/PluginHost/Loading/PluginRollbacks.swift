import Glibc
import Synchronization

/// Which files of plugin folders hold a build that was rolled back, and which build serves in its place: written down beside
/// the copies, so that a restart changes nothing. It holds as long as the file does. From any thread.
public final class PluginRollbacks: Sendable {
    /// What is known of one file.
    struct Rollback: Hashable, Sendable {
        /// The build that the file holds and that is not taken.
        let left: String
        /// The build that serves.
        let kept: String
    }

    /// Most files that are remembered; a further one is refused.
    static let limit = 1024

    private let path: String
    private let files: Mutex<[String: Rollback]>

    /// Reads what earlier processes wrote.
    init(folder: String, name: String = "rollbacks") {
        path = "\(folder)/\(name)"
        files = Mutex(Self.read(path))
    }

    /// The build that serves in place of what a file holds; nil when that was not rolled back.
    func kept(of file: String, insteadOf hash: ContentHash) -> String? {
        let found = files.withLock { $0[Self.place(of: file)] }
        return found?.left == "\(hash)" ? found?.kept : nil
    }

    /// The build that serves in place of what a file holds, whatever that is; nil when nothing is remembered.
    func kept(of file: String) -> String? { files.withLock { $0[Self.place(of: file)]?.kept } }

    /// The builds whose copies are needed as long as their files don't change.
    var builds: Set<String> { files.withLock { Set($0.values.map(\.kept)) } }

    /// Remembers that the build in a file is not taken, and which one serves. False when that can't be written down.
    public func note(_ file: String, left: ContentHash, kept: ContentHash) -> Bool {
        change { files in
            guard files.count < Self.limit else { return }
            files[Self.place(of: file)] = Rollback(left: "\(left)", kept: "\(kept)")
        }
    }

    /// What a file holds counts again.
    public func forget(_ file: String) {
        guard files.withLock({ $0[Self.place(of: file)] != nil }) else { return }
        _ = change { $0[Self.place(of: file)] = nil }
    }

    private func change(_ body: (inout [String: Rollback]) -> Void) -> Bool {
        files.withLock { files in
            // Another daemon of the same user may have written there.
            var all = Self.read(path)
            body(&all)
            files = all
            return write(all)
        }
    }

    /// The same for every way to name a file of a folder.
    private static func place(of file: String) -> String {
        let cut = file.lastIndex(of: "/").map { file.index(after: $0) } ?? file.startIndex
        guard let real = realpath(cut == file.startIndex ? "." : String(file[..<cut]), nil) else { return file }
        defer { free(real) }
        return "\(String(cString: real))/\(file[cut...])"
    }

    private static func read(_ path: String) -> [String: Rollback] {
        guard let bytes = PluginStore.read(path, limit: 4 << 20) else { return [:] }
        var files: [String: Rollback] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 2).map { String($0) }
            guard words.count == 3, words[0].utf8.count == 64, words[1].utf8.count == 64 else { continue }
            files[words[2]] = Rollback(left: words[0], kept: words[1])
        }
        return files
    }

    private func write(_ files: [String: Rollback]) -> Bool {
        let draft = "\(path).\(getpid())"
        unlink(draft)
        guard let stream = fopen(draft, "wxe") else { return false }
        for (file, entry) in files.sorted(by: { $0.key < $1.key }) where !file.utf8.contains(UInt8(ascii: "\n")) {
            fputs("\(entry.left) \(entry.kept) \(file)\n", stream)
        }
        guard fclose(stream) == 0, rename(draft, path) == 0 else {
            unlink(draft)
            return false
        }
        return true
    }
}

/// A file whose build was rolled back.
public struct RolledBackFile: Hashable, Sendable {
    /// The file in the plugin folder.
    public let file: String
    /// The build that it holds, which is not taken.
    public let left: ContentHash
    /// The build that serves; nil when its copy is gone, so that what the file holds has to.
    public let kept: ContentHash?

    /// Joins the facts.
    public init(file: String, left: ContentHash, kept: ContentHash?) {
        (self.file, self.left, self.kept) = (file, left, kept)
    }
}
