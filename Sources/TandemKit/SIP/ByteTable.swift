/// The character classes that the scanners test, as one table of bit sets over all bytes.
///
/// The table is a literal, so that it lies in constant memory and needs no check for its initialization; a test
/// compares it with the grammar of RFC 3261 §25.1.
enum ByteTable {
    /// A character of a token.
    static var token: UInt8 { 1 }
    /// Space, tab, CR, LF.
    static var linearWhitespace: UInt8 { 2 }
    /// A character of a host name or IPv4 address.
    static var host: UInt8 { 4 }
    /// What ends a parameter value: white space, `;`, `,`; or cannot stand in one: controls, quotation mark, `<`, `>`.
    static var endsParameterValue: UInt8 { 8 }
    /// What ends a URI in brackets or cannot stand in one: controls, space, quotation mark, `<`, `>`.
    static var endsBracketedURI: UInt8 { 16 }
    /// What ends a display name or shows that there is none: `<`, `:`, `;`, `,`, quotation mark.
    static var endsDisplayName: UInt8 { 32 }
    /// What ends a URI without brackets or cannot stand in one: those in brackets, `;`, `,`, `?`.
    static var endsBareURI: UInt8 { 64 }

    /// Whether a byte is in one of the classes.
    @inline(__always) static func has(_ byte: UInt8, _ classes: UInt8) -> Bool {
        table.utf8Start[Int(byte)] & classes != 0
    }

    private static var table: StaticString {
        """
        \u{58}\u{58}\u{58}\u{58}\u{58}\u{58}\u{58}\u{58}\u{58}\u{5a}\u{5a}\u{58}\u{58}\u{5a}\u{58}\u{58}\
        \u{58}\u{58}\u{58}\u{58}\u{58}\u{58}\u{58}\u{58}\u{58}\u{58}\u{58}\u{58}\u{58}\u{58}\u{58}\u{58}\
        \u{5a}\u{01}\u{78}\u{00}\u{00}\u{01}\u{00}\u{01}\u{00}\u{00}\u{01}\u{01}\u{68}\u{05}\u{05}\u{00}\
        \u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{20}\u{68}\u{78}\u{00}\u{58}\u{40}\
        \u{00}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\
        \u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{00}\u{00}\u{00}\u{00}\u{05}\
        \u{01}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\
        \u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{05}\u{00}\u{00}\u{00}\u{01}\u{08}\
        \u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\
        \u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\
        \u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\
        \u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\
        \u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\
        \u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\
        \u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\
        \u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}\u{00}
        """
    }
}
