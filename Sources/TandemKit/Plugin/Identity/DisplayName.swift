/// Names in front of addresses (RFC 3261 §25.1, `display-name`).
enum DisplayName {
    /// The name without quotes and escapes; nil when it is empty.
    static func plain(_ written: Bytes) -> String? {
        let name = written.trimmed
        guard name.count >= 2, name[0] == UInt8(ascii: "\"") else { return name.isEmpty ? nil : name.string }
        var result: [UInt8] = []
        var index = 1
        while index < name.count - 1 {
            if name[index] == UInt8(ascii: "\\"), index + 1 < name.count - 1 { index += 1 }
            result.append(name[index])
            index += 1
        }
        return result.isEmpty ? nil : String(decoding: result, as: UTF8.self)
    }

    /// The bytes that `writeQuoted` writes at most.
    static func quotedSizeMax(_ name: String) -> Int { 2 * name.utf8.count + 2 }

    /// Writes the name in quotes. Control characters, which would end the header field, become spaces.
    static func writeQuoted(_ name: String, to writer: inout TextWriter) {
        writer.put(byte: UInt8(ascii: "\""))
        name.withTextBytes { name in
            for index in 0..<name.count {
                let byte = name.base[index]
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { writer.put(byte: UInt8(ascii: "\\")) }
                writer.put(byte: byte < 0x20 || byte == 0x7F ? 0x20 : byte)
            }
        }
        writer.put(byte: UInt8(ascii: "\""))
    }
}
