/// Percent escapes of URIs (RFC 3986 §2.1).
enum PercentCoding {
    /// The text with its escapes replaced; nil when an escape is broken or the result is no UTF-8.
    static func decode(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var iterator = text.utf8.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = iterator.next().flatMap(hexValue), let low = iterator.next().flatMap(hexValue) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The text with every byte escaped that `isPlain` refuses.
    @inline(__always) static func encode(_ text: String, isPlain: (UInt8) -> Bool) -> String {
        text.withTextBytes { bytes in
            if plainCount(bytes, isPlain) == bytes.count { return text }
            return String(atMost: encodedSizeMax(bytes.count)) { writeEncoded(bytes, to: &$0, isPlain: isPlain) }
        }
    }

    /// The bytes that `writeEncoded` writes at most for so many.
    static func encodedSizeMax(_ count: Int) -> Int { 3 * count }

    /// Writes the text with every byte escaped that `isPlain` refuses.
    @inline(__always) static func writeEncoded(
        _ text: Bytes, to writer: inout TextWriter, isPlain: (UInt8) -> Bool
    ) {
        let plain = plainCount(text, isPlain)
        writer.put(text.prefix(plain))
        for index in plain..<text.count {
            let byte = text.base[index]
            if isPlain(byte) {
                writer.put(byte: byte)
            } else {
                writer.put(byte: UInt8(ascii: "%"))
                writer.put(byte: hexDigit(byte >> 4))
                writer.put(byte: hexDigit(byte & 15))
            }
        }
    }

    /// How many bytes at the start need no escape.
    @inline(__always) private static func plainCount(_ text: Bytes, _ isPlain: (UInt8) -> Bool) -> Int {
        var index = 0
        while index < text.count, isPlain(text.base[index]) { index += 1 }
        return index
    }

    /// The byte that two digits behind a `%` say; nil when they are none.
    static func byte(_ digits: some Collection<UInt8>) -> UInt8? {
        var iterator = digits.makeIterator()
        guard let high = iterator.next().flatMap(hexValue), let low = iterator.next().flatMap(hexValue) else {
            return nil
        }
        return high << 4 | low
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
