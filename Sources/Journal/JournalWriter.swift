import Glibc

/// Writes one shard's journal: changes are gathered and leave in one `write`. Used on the shard's thread.
///
/// The journal is a row of segments. What is known of a key lies in one of them; the oldest is removed once nothing that
/// counts is in it. A key that stays long in old segments is named by `staleKeys`, to be written again.
///
/// When writing fails (a full disk) the journal is *behind*: nothing is gathered any more, nobody waits, and once
/// its owner calls `restart` it writes all that it has anew.
public final class JournalWriter {
    /// What an operator should hear of.
    public enum Notice: Hashable, Sendable {
        /// Nothing can be written: calls would not outlive a crash.
        case failed(String)
        /// It is written again.
        case recovered
    }

    /// Segments that may wait for old keys before those are written again.
    static let segmentLimit = 4
    /// Most bytes that are gathered before they are written, so that no file becomes too large for its reader.
    private static let batchByteCount = 1 << 20

    private struct Segment {
        let number: UInt64
        var liveCount = 0
        /// The keys put here, in order.
        var keys: [UInt64] = []
        /// Bytes of it that are written whole.
        var size = 0
    }

    /// Where the last `put` of a key is.
    private struct Place {
        let segment: UInt64
        let size: Int
    }

    private let folder: JournalFolder
    private let shard: Int
    private let epoch: UInt64
    private let report: (Notice) -> Void
    private var buffer: [UInt8] = []
    private var descriptor: Int32 = -1
    /// Oldest first; the last is written to.
    private var segments: [Segment] = []
    private var lastNumber: UInt64
    private var places: [UInt64: Place] = [:]
    /// Bytes of the last `put` of all keys.
    private var liveByteCount = 0
    private var inherited: [JournalSegment]
    /// Whether the last write has failed.
    public private(set) var isBehind = false
    private var hasFailed = false
    /// Bytes written.
    public private(set) var byteCount: UInt64 = 0

    /// A journal that goes on behind what was read. The files of `contents` stay until `dropInherited`.
    public init(
        _ folder: JournalFolder, shard: Int, epoch: UInt64, after contents: JournalContents,
        report: @escaping (Notice) -> Void
    ) {
        self.folder = folder
        self.shard = shard
        self.epoch = epoch
        self.report = report
        inherited = contents.segments.filter { $0.shard == shard }
        lastNumber = inherited.last?.number ?? 0
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Keys that are known.
    public var count: Int { places.count }

    /// Files that there are.
    public var segmentCount: Int { segments.count }

    /// Gathers a change. A key's first change is a `put`. Without effect while the journal is behind.
    public func append(_ change: JournalChange, _ key: UInt64, _ payload: UnsafeRawBufferPointer) {
        guard !isBehind, payload.count <= JournalFormat.payloadByteLimit, openSegment() else { return }
        let last = segments.count - 1
        switch change {
        case .put:
            leave(key)
            places[key] = Place(segment: segments[last].number, size: payload.count)
            liveByteCount += payload.count
            segments[last].liveCount += 1
            segments[last].keys.append(key)
        case .add: guard places[key] != nil else { return }
        case .remove:
            guard places[key] != nil else { return }
            leave(key)
            places[key] = nil
        }
        JournalFormat.append(change, key, payload, to: &buffer)
        if buffer.count >= Self.batchByteCount { flush() }
    }

    /// Writes what was gathered.
    public func flush() {
        guard !buffer.isEmpty, let last = segments.indices.last else { return }
        defer { buffer.removeAll(keepingCapacity: true) }
        guard write(buffer) else {
            let code = errno
            takeBack()
            return fail("written", code)
        }
        segments[last].size += buffer.count
        byteCount &+= UInt64(buffer.count)
        if hasFailed {
            hasFailed = false
            report(.recovered)
        }
        if segments[last].size >= JournalFormat.segmentByteCount { closeSegment() }
        removeEmpty()
    }

    /// Keys, at most so many, whose last `put` lies in a segment that should go: whoever knows them puts them again.
    public func staleKeys(limit: Int) -> [UInt64] {
        // Writing all that lives again and again would cost more than the files of four times as much.
        guard segments.count > Self.segmentLimit + 4 * liveByteCount / JournalFormat.segmentByteCount else { return [] }
        let oldest = segments[0]
        return Array(oldest.keys.lazy.filter { self.places[$0]?.segment == oldest.number }.prefix(limit))
    }

    /// After a failure: begins anew, for all that is known to be put again.
    public func restart() {
        guard isBehind else { return }
        isBehind = false
        places = [:]
        liveByteCount = 0
        for index in segments.indices { segments[index].liveCount = 0 }
    }

    /// Removes the files that were there at the beginning: what counts of them has been put again, and flushed.
    public func dropInherited() {
        guard !isBehind else { return }
        folder.remove(inherited)
        inherited = []
    }

    /// Removes all files: the process ends in peace.
    public func removeAll() {
        closeSegment()
        for segment in segments { unlink(folder.path(shard: shard, segment: segment.number)) }
        segments = []
        places = [:]
        dropInherited()
    }

    private func leave(_ key: UInt64) {
        guard let place = places[key] else { return }
        liveByteCount -= place.size
        guard let index = segments.firstIndex(where: { $0.number == place.segment }) else { return }
        segments[index].liveCount -= 1
    }

    /// In order alone: what a segment removes may stand in an older one.
    private func removeEmpty() {
        while segments.count > 1, segments[0].liveCount == 0 {
            unlink(folder.path(shard: shard, segment: segments[0].number))
            segments.removeFirst()
        }
    }

    private func openSegment() -> Bool {
        guard descriptor < 0 else { return true }
        lastNumber += 1
        let path = folder.path(shard: shard, segment: lastNumber)
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            fail("made", errno)
            return false
        }
        segments.append(Segment(number: lastNumber))
        buffer = JournalFormat.header(epoch: epoch, shard: shard)
        return true
    }

    private func closeSegment() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    private func write(_ bytes: [UInt8]) -> Bool {
        var place = 0
        while place < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + place, $0.count - place) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            place += count
        }
        return true
    }

    /// A record by half would end the file for its reader, and a file that is tried again and again fill the folder.
    private func takeBack() {
        guard let last = segments.last else { return }
        if last.size > 0 {
            _ = ftruncate(descriptor, last.size)
        } else {
            unlink(folder.path(shard: shard, segment: last.number))
            segments.removeLast()
        }
    }

    private func fail(_ deed: String, _ code: Int32) {
        closeSegment()
        isBehind = true
        guard !hasFailed else { return }
        hasFailed = true
        let error = JournalError(
            folder.path, cannot: deed, code,
            remedy: "make room there; until then calls go on, but would not outlive a crash")
        report(.failed(error.description))
    }
}
