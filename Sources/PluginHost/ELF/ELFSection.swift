/// One entry of a file's section table, its place checked against the file's end.
struct ELFSection {
    static let strings: UInt64 = 3
    static let dynamic: UInt64 = 6
    static let noBits: UInt64 = 8
    static let dynamicSymbols: UInt64 = 11

    let name: ArraySlice<UInt8>
    let type: UInt64
    /// Where its bytes lie in the file; empty for a section that has none there.
    let range: Range<Int>
    /// Where the program finds it; 0 when it is not loaded.
    let address: UInt64
    /// The section this one refers to (of a symbol table: its names).
    let link: UInt64
    let entrySize: UInt64

    /// Reads the entry at `offset`; `names` is the range of the section names, empty while that one is looked up.
    init(_ file: ELFBytes, at offset: Int, names: Range<Int>) throws(ELFError) {
        let part = "section table"
        type = try file.integer(4, at: offset + 4, of: part)
        address = try file.integer(8, at: offset + 16, of: part)
        link = try file.integer(4, at: offset + 40, of: part)
        entrySize = try file.integer(8, at: offset + 56, of: part)
        let start = try file.integer(8, at: offset + 24, of: part)
        let size = try file.integer(8, at: offset + 32, of: part)
        guard size <= ELFImage.Limit.sectionSize else {
            throw ELFError(kind: .malformed, part: part, offset: UInt64(offset))
        }
        if type == Self.noBits || type == 0 {
            range = 0..<0
        } else {
            range = try file.range(at: start, size: size, bound: ELFImage.Limit.sectionSize, of: "section")
        }
        let nameOffset = try file.integer(4, at: offset, of: part)
        if names.isEmpty {
            name = []
        } else {
            name = try file.string(at: nameOffset, in: names, limit: ELFImage.Limit.name, of: "section names")
        }
    }
}
