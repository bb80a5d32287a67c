/// One line of a session description: a letter, a value and its line ending, exactly as received.
public struct SDPLine: Hashable, Sendable, CustomStringConvertible {
    /// How a line ends.
    enum Ending: UInt8, Sendable {
        case crlf
        case lf
        /// The last line of a description that lacks its line ending.
        case none
    }

    /// The letter in front of `=`.
    public let type: UInt8
    /// What follows `=`, without the line ending. A slice of the received bytes until somebody edits the line.
    var bytes: ArraySlice<UInt8>
    var ending: Ending

    init(type: UInt8, bytes: ArraySlice<UInt8>, ending: Ending) {
        self.type = type
        self.bytes = bytes
        self.ending = ending
    }

    /// A line with CRLF behind it.
    public init(_ type: Character, _ value: String) {
        self.init(type: type.asciiValue ?? UInt8(ascii: "x"), bytes: Array(value.utf8)[...], ending: .crlf)
    }

    /// What follows `=`. Bytes that are no UTF-8 read as U+FFFD; they stay as they are on the wire.
    public var value: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether the line is an attribute with this name: `a=name` or `a=name:…`.
    func isAttribute(_ name: StaticString) -> Bool {
        type == UInt8(ascii: "a") && bytes.hasName(name)
    }

    /// Whether the line is an attribute with this name.
    func isAttribute(_ name: String) -> Bool {
        guard type == UInt8(ascii: "a"), bytes.starts(with: name.utf8) else { return false }
        let end = bytes.startIndex + name.utf8.count
        return end == bytes.endIndex || bytes[end] == UInt8(ascii: ":")
    }

    /// The value of an attribute: what follows the first colon, "" for a flag.
    var attributeValue: String {
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return "" }
        return String(decoding: bytes[(colon + 1)...], as: UTF8.self)
    }

    /// Replaces the value and keeps letter and line ending.
    mutating func set(_ value: String) { bytes = Array(value.utf8)[...] }

    /// Appends the line as it goes onto the wire.
    func write(to output: inout [UInt8]) {
        output.append(type)
        output.append(UInt8(ascii: "="))
        output += bytes
        switch ending {
        case .crlf: output += [0x0D, 0x0A]
        case .lf: output.append(0x0A)
        case .none: break
        }
    }

    /// The line without its ending.
    public var description: String { "\(Character(Unicode.Scalar(type)))=\(value)" }
}

extension ArraySlice<UInt8> {
    /// Whether an attribute's bytes begin with `name` and end there or go on with a colon.
    func hasName(_ name: StaticString) -> Bool {
        let length = name.utf8CodeUnitCount
        guard count >= length else { return false }
        for offset in 0..<length where self[startIndex + offset] != name.utf8Start[offset] { return false }
        return count == length || self[startIndex + length] == UInt8(ascii: ":")
    }
}
