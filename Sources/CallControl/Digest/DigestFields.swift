import TandemKit

/// The parameters of a challenge, of credentials or of Authentication-Info: `name=value`, separated by commas.
struct DigestFields {
    /// Most parameters of one header field.
    static let countMax = 32

    private var fields: [(name: [UInt8], value: [UInt8])] = []

    /// Reads what stands behind the scheme `Digest`. Nil for another scheme, and for what is malformed.
    init?(scheme value: Bytes) {
        let value = value.trimmed
        guard value.count > 7, value.prefix(6).equalsIgnoringCase("Digest"),
            value[6] == 0x20 || value[6] == 0x09 || value[6] == 0x0D
        else { return nil }
        self.init(list: value.suffix(from: 7))
    }

    /// Reads a list without a scheme. Nil for one that is malformed.
    init?(list: Bytes) {
        var place = 0
        while true {
            while place < list.count, Self.separates(list[place]) { place += 1 }
            guard place < list.count else { return }
            guard fields.count < Self.countMax, let field = Self.field(in: list, from: &place) else { return nil }
            fields.append(field)
        }
    }

    /// The value of a parameter, without quotes; nil when it is not there. The first of several counts.
    subscript(name: StaticString) -> [UInt8]? {
        for field in fields {
            let isIt = field.name.withUnsafeBytes { Bytes($0).equalsIgnoringCase(name) }
            if isIt { return field.value }
        }
        return nil
    }

    private static func separates(_ byte: UInt8) -> Bool { byte == 0x2C || isSpace(byte) }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }

    private static func field(in list: Bytes, from place: inout Int) -> (name: [UInt8], value: [UInt8])? {
        guard let equals = list.firstIndex(of: 0x3D, from: place) else { return nil }
        let name = list.slice(from: place, count: equals - place).trimmed
        guard !name.isEmpty, name.firstIndex(of: 0x2C) == nil, name.firstIndex(of: 0x22) == nil else { return nil }
        place = equals + 1
        while place < list.count, isSpace(list[place]) { place += 1 }
        if place < list.count, list[place] == 0x22 {
            guard let value = quoted(in: list, from: &place) else { return nil }
            return (name.array, value)
        }
        let end = list.firstIndex(of: 0x2C, from: place) ?? list.count
        let value = list.slice(from: place, count: end - place).trimmed
        place = end
        return value.isEmpty ? nil : (name.array, value.array)
    }

    /// The text of a quoted string, whose first quote is at `place`.
    private static func quoted(in list: Bytes, from place: inout Int) -> [UInt8]? {
        var text: [UInt8] = []
        place += 1
        while place < list.count, list[place] != 0x22 {
            if list[place] == 0x5C { place += 1 }
            guard place < list.count else { return nil }
            text.append(list[place])
            place += 1
        }
        guard place < list.count else { return nil }
        place += 1
        return text
    }
}
