import Glibc

/// The memory that the loaded builds take up.
public enum ImageMemory {
    /// Bytes of each build's segments that are in memory, as the kernel counts them (`/proc/self/smaps`, Rss), by the
    /// build's hash.
    public static func resident() -> [String: Int] {
        guard let file = fopen("/proc/self/smaps", "re") else { return [:] }
        defer { fclose(file) }
        var sums: [String: Int] = [:]
        var current: String?
        var line = [CChar](repeating: 0, count: 8192)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            if text.starts(with: "Rss:".utf8) {
                guard let build = current else { continue }
                let digits = text.filter { $0 >= 0x30 && $0 <= 0x39 }
                sums[build, default: 0] += (Int(String(decoding: digits, as: UTF8.self)) ?? 0) * 1024
            } else if let first = text.first, !(0x41...0x5A).contains(first) {  // addresses are lower-case hexadecimal
                current = build(in: text)
            }
        }
        return sums
    }

    /// The hash in `… /FOLDER/HASH/libName.so`; nil where there is none.
    private static func build(in line: [UInt8]) -> String? {
        guard let start = line.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        let parts = line[start...].split(separator: UInt8(ascii: "/"))
        guard parts.count >= 2, case let folder = parts[parts.count - 2], folder.count == 64 else { return nil }
        return String(decoding: folder, as: UTF8.self)
    }
}
