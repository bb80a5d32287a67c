import Glibc

/// What a journal says of the process that wrote it.
public struct JournalContents: Sendable {
    /// What is known of each key, by shard: the payloads in the order they were written.
    public private(set) var entries: [Int: [UInt64: [[UInt8]]]] = [:]
    /// The highest key that was ever named, by shard, those that are gone included.
    public private(set) var highestKeys: [Int: UInt64] = [:]
    /// The epoch of the process; nil when nothing was written.
    public private(set) var epoch: UInt64?
    /// What could not be read, one sentence each.
    public private(set) var problems: [String] = []
    /// The files that were read.
    let segments: [JournalSegment]

    /// Reads all that can be read. A record that was not written whole ends its file; the others count.
    public init(of folder: JournalFolder) throws(JournalError) {
        segments = try folder.segments()
        for segment in segments { read(segment, folder.path(shard: segment.shard, segment: segment.number)) }
    }

    /// Keys that something is known of.
    public var count: Int { entries.values.reduce(0) { $0 + $1.count } }

    private mutating func read(_ segment: JournalSegment, _ path: String) {
        let bytes: [UInt8]
        switch Self.bytes(of: path) {
        case .success(let read): bytes = read
        case .failure(let error): return problems.append(error.description)
        }
        bytes.withUnsafeBytes { bytes in
            guard bytes.count >= JournalFormat.headerByteCount, Self.word(bytes, 0) == JournalFormat.magic,
                Self.word(bytes, 16) == UInt64(segment.shard)
            else {
                // A process that was killed as it made the file has written nothing there.
                if !bytes.isEmpty { problems.append("\(path) is no journal of this version; its calls are lost") }
                return
            }
            epoch = Self.word(bytes, 8)
            let end = readRecords(bytes, segment.shard)
            if end < bytes.count {
                problems.append(
                    "\(path) is damaged at byte \(end) of \(bytes.count); what was written behind it is lost")
            }
        }
    }

    /// Returns where the records that are whole end.
    private mutating func readRecords(_ bytes: UnsafeRawBufferPointer, _ shard: Int) -> Int {
        var place = JournalFormat.headerByteCount
        while bytes.count - place >= JournalFormat.recordByteCount {
            let count = Int(Self.half(bytes, place))
            guard count >= 9, count <= JournalFormat.payloadByteLimit + 9, count <= bytes.count - place - 8 else {
                break
            }
            let record = UnsafeRawBufferPointer(rebasing: bytes[(place + 8)..<(place + 8 + count)])
            guard JournalFormat.checksum(record) == Self.half(bytes, place + 4),
                let change = JournalChange(rawValue: record[0])
            else { break }
            apply(change, Self.word(record, 1), record.dropFirst(9), shard)
            place += 8 + count
        }
        return place
    }

    private mutating func apply(
        _ change: JournalChange, _ key: UInt64, _ payload: Slice<UnsafeRawBufferPointer>, _ shard: Int
    ) {
        highestKeys[shard] = max(highestKeys[shard] ?? 0, key)
        switch change {
        case .put: entries[shard, default: [:]][key] = [Array(payload)]
        case .add: entries[shard, default: [:]][key]?.append(Array(payload))
        case .remove: entries[shard, default: [:]][key] = nil
        }
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt64 {
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }

    private static func half(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt32 {
        UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
    }

    private static func bytes(of path: String) -> Result<[UInt8], JournalError> {
        func failure(_ code: Int32) -> Result<[UInt8], JournalError> {
            .failure(JournalError(path, cannot: "read", code, remedy: "its calls are lost"))
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return failure(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return .failure(JournalError(path, "is no plain file", remedy: "its calls are lost"))
        }
        guard status.st_size <= JournalFormat.fileByteLimit else { return failure(EFBIG) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var place = 0
        while place < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress! + place, $0.count - place)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return failure(errno) }
            if count == 0 { break }
            place += count
        }
        return .success(Array(bytes[..<place]))
    }
}
