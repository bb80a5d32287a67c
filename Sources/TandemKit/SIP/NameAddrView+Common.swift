extension NameAddrView {
    /// The tag, or no bytes, of an address as nearly every From and To is written: a URI in brackets with nothing but a
    /// tag behind it. Nil for one that needs a closer look.
    ///
    /// Reads whole words, so the value must lie in a message's block.
    static func commonTag(_ value: Bytes) -> Bytes? {
        var index = commonBracket(value)
        guard index >= 0 else { return nil }
        let uriStart = index + 1
        index = uriStart
        while true {
            let found = Words.endsBracketedURI(Words.load(value.base + index))
            index += found == 0 ? 8 : Words.firstIndex(found)
            guard index < value.count else { return nil }
            if found != 0 { break }
        }
        guard value.base[index] == 0x3E, index > uriStart else { return nil }
        index += 1
        if index == value.count { return Bytes() }
        let start = index + 5
        guard start < value.count, Words.folded(Words.load(value.base + index)) << 24 == Words.literal(";tag=") << 24
        else { return nil }
        var scanner = ByteScanner(value, from: start)
        scanner.skipParameterValue()
        return scanner.isAtEnd ? scanner.slice(from: start, to: value.count) : nil
    }

    /// Where the bracket stands that a display name may precede; -1 when that needs a closer look.
    @inline(__always) private static func commonBracket(_ value: Bytes) -> Int {
        var index = 0
        if value.count > 0, value.base[0] == 0x22 {
            index = 1
            while index < value.count, value.base[index] != 0x22 {
                if value.base[index] == 0x5C { return -1 }
                index += 1
            }
            index += 1
            while index < value.count, value.base[index] == 0x20 { index += 1 }
        } else {
            while index < value.count, !ByteTable.has(value.base[index], ByteTable.endsDisplayName) { index += 1 }
        }
        return index < value.count && value.base[index] == 0x3C ? index : -1
    }
}
