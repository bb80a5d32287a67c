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

    /// The name in quotes. Control characters, which would end the header field, become spaces.
    static func quoted(_ name: String) -> String {
        var result: [UInt8] = [UInt8(ascii: "\"")]
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
            case 0..<0x20, 0x7F: result.append(0x20)
            default: result.append(byte)
            }
        }
        result.append(UInt8(ascii: "\""))
        return String(decoding: result, as: UTF8.self)
    }
}
