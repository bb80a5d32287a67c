import Glibc
import TandemKit
import Wire

/// What an instance keeps, as the bytes of a file: a line that says what it is, with the hash of all that follows, then keys
/// and values. Times are those of the wall clock.
enum StoreFile {
    /// Most bytes of a file that is read.
    static let sizeLimit = 8 << 20
    private static let title = "tandem store 1 "

    /// - Parameter offset: What is added to a time of the clock to get nanoseconds since 1970.
    static func bytes(_ entries: [String: InstanceStore.Entry], offset: UInt64) -> [UInt8] {
        var writer = WireWriter()
        writer.put(entries.sorted { $0.key < $1.key }) { writer, pair in
            writer.put(pair.key)
            writer.put(pair.value.value)
            writer.put(pair.value.expiry == .max ? .max : pair.value.expiry &+ offset)
        }
        let content = writer.bytes
        return Array("\(title)\(ContentHash(of: content))\n".utf8) + content
    }

    /// Reads a file; what has expired meanwhile is left out.
    static func entries(
        _ bytes: [UInt8], now: UInt64, offset: UInt64
    ) throws(WireError) -> [String: InstanceStore.Entry] {
        let head = title.utf8.count + 65
        guard bytes.count >= head, bytes.starts(with: title.utf8) else { throw WireError(offset: 0, "it is no store") }
        let content = Array(bytes[head...])
        guard bytes[..<head].elementsEqual("\(title)\(ContentHash(of: content))\n".utf8) else {
            throw WireError(offset: 0, "its bytes are not those that were written")
        }
        let result = content.withUnsafeBytes { bytes -> Result<[String: InstanceStore.Entry], WireError> in
            var reader = WireReader(bytes)
            return Result { () throws(WireError) in
                let pairs = try reader.list { reader throws(WireError) in
                    (try reader.text(), try reader.array(), try reader.number(UInt64.self))
                }
                try reader.finish()
                var entries: [String: InstanceStore.Entry] = [:]
                for (key, value, expiry) in pairs where expiry > now &+ offset {
                    entries[key] = .init(value: value, expiry: expiry == .max ? .max : expiry &- offset)
                }
                return entries
            }
        }
        return try result.get()
    }
}
