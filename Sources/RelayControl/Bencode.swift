/// A value of the encoding that the NG protocol uses: byte strings, integers, lists, dictionaries.
public indirect enum Bencode: Hashable, Sendable {
    /// Bytes; text by custom.
    case string([UInt8])
    /// A whole number.
    case integer(Int64)
    /// Values in order.
    case list([Bencode])
    /// Values by key. Encoded in the order of the keys' bytes.
    case dictionary([String: Bencode])

    /// The deepest nesting that is read.
    public static let depthLimit = 16
    /// The most values that are read.
    public static let valueLimit = 4_096

    /// Text as bytes.
    public static func text(_ text: String) -> Bencode { .string(Array(text.utf8)) }

    /// Reads one value that fills the bytes.
    public init(_ bytes: ArraySlice<UInt8>) throws(BencodeError) {
        var reader = BencodeReader(bytes)
        self = try reader.value(depth: 0)
        guard reader.isAtEnd else { throw BencodeError(offset: reader.offset, "expected the end") }
    }

    /// The value of a key; nil when this is no dictionary or has no such key.
    public subscript(key: String) -> Bencode? {
        guard case .dictionary(let values) = self else { return nil }
        return values[key]
    }

    /// The text of a string; nil for other kinds.
    public var text: String? {
        guard case .string(let bytes) = self else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The values of a list; nil for other kinds.
    public var items: [Bencode]? {
        guard case .list(let items) = self else { return nil }
        return items
    }

    /// The number; nil for other kinds.
    public var number: Int64? {
        guard case .integer(let number) = self else { return nil }
        return number
    }

    /// The value's bytes.
    public var bytes: [UInt8] {
        var output: [UInt8] = []
        write(to: &output)
        return output
    }

    func write(to output: inout [UInt8]) {
        switch self {
        case .string(let bytes):
            output += "\(bytes.count):".utf8
            output += bytes
        case .integer(let number):
            output += "i\(number)e".utf8
        case .list(let items):
            output.append(UInt8(ascii: "l"))
            items.forEach { $0.write(to: &output) }
            output.append(UInt8(ascii: "e"))
        case .dictionary(let values):
            output.append(UInt8(ascii: "d"))
            for (key, value) in values.sorted(by: { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) })
            {
                Bencode.text(key).write(to: &output)
                value.write(to: &output)
            }
            output.append(UInt8(ascii: "e"))
        }
    }
}
