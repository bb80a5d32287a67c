/// Reads bencoded values out of bytes that may be anybody's: bounded in depth and number, and nothing is believed.
struct BencodeReader {
    private let bytes: ArraySlice<UInt8>
    private var place: Int
    private var count = 0

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex
    }

    var isAtEnd: Bool { place == bytes.endIndex }
    var offset: Int { place - bytes.startIndex }

    mutating func value(depth: Int) throws(BencodeError) -> Bencode {
        guard depth < Bencode.depthLimit else { throw error("values are nested deeper than \(Bencode.depthLimit)") }
        count += 1
        guard count <= Bencode.valueLimit else { throw error("there are more than \(Bencode.valueLimit) values") }
        switch peek {
        case UInt8(ascii: "i"):
            place += 1
            return .integer(try number(until: UInt8(ascii: "e")))
        case UInt8(ascii: "l"):
            place += 1
            var items: [Bencode] = []
            while !(try takeEnd()) { items.append(try value(depth: depth + 1)) }
            return .list(items)
        case UInt8(ascii: "d"):
            place += 1
            var values: [String: Bencode] = [:]
            while !(try takeEnd()) {
                let key = String(decoding: try string(), as: UTF8.self)
                guard values.updateValue(try value(depth: depth + 1), forKey: key) == nil else {
                    throw error("the key `\(key)` comes twice")
                }
            }
            return .dictionary(values)
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            return .string(Array(try string()))
        default:
            throw error("expected a value")
        }
    }

    private var peek: UInt8 { isAtEnd ? 0 : bytes[place] }

    private func error(_ problem: String) -> BencodeError { BencodeError(offset: offset, problem) }

    private mutating func takeEnd() throws(BencodeError) -> Bool {
        guard !isAtEnd else { throw error("expected `e`") }
        guard bytes[place] == UInt8(ascii: "e") else { return false }
        place += 1
        return true
    }

    private mutating func string() throws(BencodeError) -> ArraySlice<UInt8> {
        guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= peek else { throw error("expected a string") }
        let length = try number(until: UInt8(ascii: ":"))
        guard length <= bytes.endIndex - place else {
            throw error("a string of \(length) bytes ends behind the message")
        }
        let start = place
        place += Int(length)
        return bytes[start..<place]
    }

    private mutating func number(until end: UInt8) throws(BencodeError) -> Int64 {
        let isNegative = peek == UInt8(ascii: "-")
        if isNegative { place += 1 }
        var value: Int64 = 0
        var digits = 0
        while UInt8(ascii: "0")...UInt8(ascii: "9") ~= peek {
            guard digits < 18 else { throw error("a number has more than 18 digits") }
            value = value * 10 + Int64(bytes[place] - UInt8(ascii: "0"))
            digits += 1
            place += 1
        }
        guard digits > 0 else { throw error("expected a digit") }
        guard peek == end else { throw error("expected `\(Character(UnicodeScalar(end)))`") }
        place += 1
        return isNegative ? -value : value
    }
}
