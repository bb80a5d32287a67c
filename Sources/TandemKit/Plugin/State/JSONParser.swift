/// Reads JSON (RFC 8259). Bounded in depth; work grows with the length only.
struct JSONParser {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The document; an error when anything follows it.
    mutating func parse() throws(CompactJSONError) -> JSONNode {
        let node = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw error("expected the end") }
        return node
    }

    private func error(_ message: String) -> CompactJSONError {
        CompactJSONError("\(message) at byte \(position)")
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count else { return false }
        for offset in 0..<word.utf8CodeUnitCount where bytes[position + offset] != word.utf8Start[offset] {
            return false
        }
        position = end
        return true
    }

    private mutating func value(depth: Int) throws(CompactJSONError) -> JSONNode {
        guard depth <= CompactJSON.depthMax else { throw error("nested deeper than \(CompactJSON.depthMax)") }
        skipSpace()
        guard position < bytes.count else { throw error("expected a value, found the end") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
        default:
            if take("true") { return .bool(true) }
            if take("false") { return .bool(false) }
            if take("null") { return .null }
            throw error("expected a value")
        }
    }

    private mutating func object(depth: Int) throws(CompactJSONError) -> JSONNode {
        position += 1
        var members: [(key: String, value: JSONNode)] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw error("expected a key") }
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw error("expected a colon") }
            members.append((key, try value(depth: depth + 1)))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw error("expected , or }") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(CompactJSONError) -> JSONNode {
        position += 1
        var elements: [JSONNode] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        repeat {
            elements.append(try value(depth: depth + 1))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw error("expected , or ]") }
        return .array(elements)
    }

    /// The longest run of the characters of numbers; whether it is one the reading type says.
    private mutating func number() -> JSONNode {
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                position += 1
            default: return .number(String(decoding: bytes[start..<position], as: UTF8.self))
            }
        }
        return .number(String(decoding: bytes[start...], as: UTF8.self))
    }

    private mutating func string() throws(CompactJSONError) -> String {
        position += 1
        var result: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: result, as: UTF8.self) else { throw error("expected UTF-8") }
                return text
            case UInt8(ascii: "\\"): try appendEscape(to: &result)
            default: result.append(byte)
            }
        }
        throw error("expected the end of the string")
    }

    private mutating func appendEscape(to result: inout [UInt8]) throws(CompactJSONError) {
        guard position < bytes.count else { throw error("expected an escape") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(byte)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "u"): result += try escapedScalar().utf8
        default: throw error("expected an escape")
        }
    }

    /// A scalar behind `\u`, joined from a surrogate pair when it is one.
    private mutating func escapedScalar() throws(CompactJSONError) -> String {
        let first = try hexUnit()
        var code = UInt32(first)
        if first >= 0xD800, first < 0xDC00 {
            guard take("\\u") else { throw error("expected the second half of a pair") }
            let second = try hexUnit()
            guard second >= 0xDC00, second < 0xE000 else { throw error("expected the second half of a pair") }
            code = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw error("expected a character") }
        return String(Character(scalar))
    }

    private mutating func hexUnit() throws(CompactJSONError) -> UInt16 {
        guard position + 4 <= bytes.count,
            let unit = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw error("expected four hexadecimal digits") }
        position += 4
        return unit
    }
}
