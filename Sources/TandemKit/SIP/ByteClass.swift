/// The character classes of RFC 3261 §25.1, as tests on single bytes.
enum ByteClass {
    /// A letter in lower case; every other byte unchanged.
    @inline(__always) static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    /// Space or tab.
    @inline(__always) static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Space, tab, or a line end, which inside a header value can only be folding.
    @inline(__always) static func isLinearWhitespace(_ byte: UInt8) -> Bool {
        ByteTable.has(byte, ByteTable.linearWhitespace)
    }

    /// `0`–`9`.
    @inline(__always) static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// `A`–`Z`, `a`–`z`.
    @inline(__always) static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    /// A character of a token: letters, digits and ``-.!%*_+`'~``.
    @inline(__always) static func isToken(_ byte: UInt8) -> Bool { ByteTable.has(byte, ByteTable.token) }

    /// A character of a host name or IPv4 address: letters, digits, `.`, `-` and, by custom, `_`.
    @inline(__always) static func isHost(_ byte: UInt8) -> Bool { ByteTable.has(byte, ByteTable.host) }

    /// A character that the user of a SIP URI may hold without an escape (RFC 3261 §25.1).
    @inline(__always) static func isURIUser(_ byte: UInt8) -> Bool {
        contains(byte, low: 0xABFF_FFD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    }

    /// A character that the password of a SIP URI may hold without an escape.
    @inline(__always) static func isURIPassword(_ byte: UInt8) -> Bool {
        contains(byte, low: 0x23FF_7FD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    }

    /// A character that a URI parameter may hold without an escape.
    @inline(__always) static func isURIParameter(_ byte: UInt8) -> Bool {
        contains(byte, low: 0x07FF_EFD2_0000_0000, high: 0x47FF_FFFE_AFFF_FFFE)
    }

    /// A character that the headers of a URI may hold without an escape.
    @inline(__always) static func isURIHeader(_ byte: UInt8) -> Bool {
        contains(byte, low: 0x87FF_EF92_0000_0000, high: 0x47FF_FFFE_AFFF_FFFE)
    }

    /// A character of the `reserved` set, whose escape does not mean the same as itself (RFC 3261 §19.1.4).
    @inline(__always) static func isURIReserved(_ byte: UInt8) -> Bool {
        contains(byte, low: 0xAC00_9850_0000_0000, high: 0x0000_0000_0000_0001)
    }

    /// The value of a hexadecimal digit, or 16.
    @inline(__always) static func hexValue(_ byte: UInt8) -> UInt8 {
        if isDigit(byte) { return byte - 0x30 }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? letter + 10 : 16
    }

    @inline(__always) private static func contains(_ byte: UInt8, low: UInt64, high: UInt64) -> Bool {
        let word = byte < 64 ? low : high
        return byte < 128 && (word >> UInt64(byte & 63)) & 1 != 0
    }
}
