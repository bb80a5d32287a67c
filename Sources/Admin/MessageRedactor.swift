/// Blots out the secrets of a SIP message: digest answers (RFC 3261 §22) and media keys in SDP (RFC 4568).
///
/// Everything else stays as it is. Redacting twice changes nothing.
public enum MessageRedactor {
    /// What stands in the place of a secret.
    public static let mark = "[redacted]"

    private enum Field {
        case plain
        case digest
        case otherCredentials
    }

    /// The text with `response=`, `cnonce=` and whole non-digest credentials of Authorization and
    /// Proxy-Authorization, and the `inline:` keys and `k=` lines of SDP, replaced.
    public static func redact(_ message: String) -> String {
        var field = Field.plain
        var lines: [String] = []
        // By bytes: CR LF is one Character.
        for line in message.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map(Substring.init) {
            let isContinuation = line.first == " " || line.first == "\t"
            if !isContinuation { field = kind(of: line) }
            switch field {
            case .plain: lines.append(media(line))
            case .digest: lines.append(parameters(line))
            case .otherCredentials: lines.append(isContinuation ? " " + mark + lineEnd(line) : credentials(line))
            }
        }
        return lines.joined(separator: "\n")
    }

    /// Digest loses its answer; any other scheme (Basic, Bearer) loses all that follows its name.
    private static func kind(of line: Substring) -> Field {
        let name = line.prefix { $0 != ":" && $0 != " " && $0 != "\t" }.lowercased()
        guard name == "authorization" || name == "proxy-authorization" else { return .plain }
        return scheme(line).lowercased() == "digest" ? .digest : .otherCredentials
    }

    private static func scheme(_ line: Substring) -> Substring {
        line.drop { $0 != ":" }.dropFirst().drop { $0 == " " || $0 == "\t" }.prefix { $0.isLetter || $0 == "-" }
    }

    private static func credentials(_ line: Substring) -> String {
        String(line[..<scheme(line).endIndex]) + " " + mark + lineEnd(line)
    }

    private static func lineEnd(_ line: Substring) -> String { line.hasSuffix("\r") ? "\r" : "" }

    private static func parameters(_ line: Substring) -> String {
        ["response", "cnonce"].reduce(String(line)) { blot($0, after: $1) }
    }

    /// Replaces the value of the parameter `name`, wherever it is preceded by a separator.
    private static func blot(_ text: String, after name: String) -> String {
        let bytes = Array(text.utf8)
        let wanted = Array(name.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard let value = valueStart(bytes, wanted, at: index) else {
                result.append(bytes[index])
                index += 1
                continue
            }
            result += bytes[index..<value]
            result += Array(mark.utf8)
            index = valueEnd(bytes, from: value)
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Where the value begins when the parameter begins at `index`: `name = value`.
    private static func valueStart(_ bytes: [UInt8], _ name: [UInt8], at index: Int) -> Int? {
        let isSeparated = index == 0 || [0x20, 0x09, 0x2C].contains(bytes[index - 1])
        guard isSeparated, index + name.count < bytes.count else { return nil }
        for offset in name.indices where bytes[index + offset] | 0x20 != name[offset] { return nil }
        var place = index + name.count
        while place < bytes.count, bytes[place] == 0x20 || bytes[place] == 0x09 { place += 1 }
        guard place < bytes.count, bytes[place] == 0x3D else { return nil }
        place += 1
        while place < bytes.count, bytes[place] == 0x20 || bytes[place] == 0x09 { place += 1 }
        return place
    }

    private static func valueEnd(_ bytes: [UInt8], from start: Int) -> Int {
        guard start < bytes.count, bytes[start] == 0x22 else {
            return bytes[start...].firstIndex { [0x2C, 0x20, 0x09, 0x0D].contains($0) } ?? bytes.count
        }
        var index = start + 1
        while index < bytes.count, bytes[index] != 0x22 { index += bytes[index] == 0x5C ? 2 : 1 }
        // A quote that is never closed reaches to the end of the line.
        return index < bytes.count ? index + 1 : bytes.count - (bytes.last == 0x0D ? 1 : 0)
    }

    /// `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:KEY|2^20` and the obsolete `k=` line.
    private static func media(_ line: Substring) -> String {
        if line.hasPrefix("k=") { return "k=" + mark + lineEnd(line) }
        guard line.hasPrefix("a=crypto:") else { return String(line) }
        var result = ""
        var rest = line
        while let range = rest.firstRange(of: "inline:") {
            result += rest[..<range.upperBound]
            result += mark
            rest = rest[range.upperBound...].drop { !["|", ";", " ", "\r"].contains($0) }
        }
        return result + rest
    }
}
