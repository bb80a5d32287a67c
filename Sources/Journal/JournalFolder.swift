import Glibc

/// The folder of a journal: one process at a time has it.
public final class JournalFolder: Sendable {
    /// Its path.
    public let path: String
    private let lock: Int32

    /// Makes the folder when it is missing and takes it for this process.
    public init(_ path: String) throws(JournalError) {
        self.path = path
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw JournalError(path, cannot: "made", errno, remedy: "name a folder that can be, in signalling.journal")
        }
        let remedy = "let the daemon's user, and nobody else, own the folder and write there"
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw JournalError(path, "is no folder", remedy: "remove it, or name another in signalling.journal")
        }
        guard status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
            throw JournalError(path, "can be changed by others", remedy: remedy)
        }
        lock = open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else { throw JournalError(path, cannot: "locked", errno, remedy: remedy) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw JournalError(
                path, "is another daemon's",
                remedy: "end that one, or give this one a folder of its own in "
                    + "signalling.journal")
        }
    }

    deinit { close(lock) }

    /// A segment's path.
    func path(shard: Int, segment: UInt64) -> String { "\(path)/shard-\(shard)-\(segment).journal" }

    /// All segments, those of a shard in the order they were written.
    func segments() throws(JournalError) -> [JournalSegment] {
        guard let stream = opendir(path) else {
            throw JournalError(path, cannot: "read", errno, remedy: "let the daemon's user read it")
        }
        defer { closedir(stream) }
        var segments: [JournalSegment] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let segment = JournalSegment(name: name) { segments.append(segment) }
        }
        return segments.sorted { ($0.shard, $0.number) < ($1.shard, $1.number) }
    }

    /// Removes segments that are read and written anew.
    func remove(_ segments: [JournalSegment]) {
        for segment in segments { unlink(path(shard: segment.shard, segment: segment.number)) }
    }
}

/// One file of a journal.
struct JournalSegment: Hashable {
    let shard: Int
    let number: UInt64

    /// Beyond what is ever written: leaves room to count on.
    private static let numberLimit: UInt64 = 1 << 62

    init?(name: String) {
        guard name.hasPrefix("shard-"), name.hasSuffix(".journal") else { return nil }
        let parts = name.dropFirst(6).dropLast(8).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let shard = Int(parts[0]), let number = UInt64(parts[1]), 0..<1_024 ~= shard,
            number < JournalSegment.numberLimit
        else {
            return nil
        }
        (self.shard, self.number) = (shard, number)
    }
}
