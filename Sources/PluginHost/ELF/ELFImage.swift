/// What the host must know of a shared object before any code of it runs: a bounded reader of ELF64,
/// little-endian. It copies nothing but the tables it was asked for, and it can be given any bytes at all.
struct ELFImage {
    /// The machines that plugins are built for; the number is ELF's `e_machine`.
    enum Machine {
        static let x86: UInt16 = 62
        static let arm: UInt16 = 183

        /// The machine this daemon was built for.
        static var own: UInt16 {
            #if arch(x86_64)
                x86
            #elseif arch(arm64)
                arm
            #else
                #error("Name this machine's ELF number here.")
            #endif
        }

        /// The machine's usual name.
        static func name(of number: UInt16) -> String {
            switch number {
            case 3: "32-bit x86"
            case 40: "32-bit ARM"
            case x86: "x86-64"
            case arm: "ARM64"
            case 243: "RISC-V"
            default: "machine \(number)"
            }
        }
    }

    /// Bounds on what a file may claim.
    enum Limit {
        static let sections: UInt64 = 4096
        static let segments: UInt64 = 256
        static let sectionSize: UInt64 = (1 << 30) - 1
        static let symbols = 1 << 18
        static let needed = 256
        /// Bytes looked at of a name: what is longer is no name that the host looks for.
        static let name = 256
    }

    /// `ET_DYN`: a shared object.
    static let sharedObject: UInt16 = 3

    /// ELF's `e_type`.
    let type: UInt16
    /// ELF's `e_machine`.
    let machine: UInt16
    let file: ELFBytes
    let sections: [ELFSection]

    /// Reads the header and the tables of sections and segments; every section with bytes in the file, and
    /// every segment, must lie inside it.
    init(_ bytes: [UInt8]) throws(ELFError) {
        file = ELFBytes(bytes: bytes)
        guard bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else {
            throw ELFError(kind: .notELF, part: "first bytes", offset: 0)
        }
        guard try file.integer(1, at: 4, of: "file header") == 2, try file.integer(1, at: 5, of: "file header") == 1,
            try file.integer(1, at: 6, of: "file header") == 1
        else { throw ELFError(kind: .otherFormat, part: "file header", offset: 4) }
        type = UInt16(try file.integer(2, at: 16, of: "file header"))
        machine = UInt16(try file.integer(2, at: 18, of: "file header"))
        try Self.checkSegments(of: file)
        sections = try Self.sections(of: file)
    }

    /// The section called `name`, when there is exactly that.
    func section(named name: StaticString) -> ELFSection? {
        name.withUTF8Buffer { wanted in sections.first { $0.name.elementsEqual(wanted) } }
    }

    /// The bytes of a section; empty when it has none in the file.
    func bytes(of section: ELFSection) -> ArraySlice<UInt8> { file.bytes[section.range] }

    /// Calls `body` with the name of each symbol that this file defines for others; of a long name its beginning.
    func forEachDefinedSymbol(_ body: (ArraySlice<UInt8>) -> Void) throws(ELFError) {
        let part = "dynamic symbols"
        guard let table = sections.first(where: { $0.type == ELFSection.dynamicSymbols }) else { return }
        guard table.entrySize == 24 else { throw ELFError(kind: .malformed, part: part, offset: 0) }
        let names = try strings(of: table, part: part)
        let count = table.range.count / 24
        guard count <= Limit.symbols else { throw ELFError(kind: .malformed, part: part, offset: 0) }
        for index in 0..<count {
            let entry = table.range.lowerBound + index * 24
            let binding = try file.integer(1, at: entry + 4, of: part) >> 4
            let section = try file.integer(2, at: entry + 6, of: part)
            guard section != 0, binding == 1 || binding == 2 else { continue }
            let offset = try file.integer(4, at: entry, of: part)
            let name = try file.string(at: offset, in: names, limit: Limit.name, of: part)
            body(name)
        }
    }

    /// The shared objects this file says it needs (`DT_NEEDED`).
    func needed() throws(ELFError) -> [String] {
        let part = "dynamic section"
        guard let table = sections.first(where: { $0.type == ELFSection.dynamic }) else { return [] }
        let names = try strings(of: table, part: part)
        var needed: [String] = []
        for entry in stride(from: table.range.lowerBound, to: table.range.upperBound - 15, by: 16) {
            let tag = try file.integer(8, at: entry, of: part)
            guard tag != 0 else { break }
            guard tag == 1 else { continue }
            let offset = try file.integer(8, at: entry + 8, of: part)
            let name = try file.string(at: offset, in: names, limit: Limit.name, of: part)
            needed.append(String(decoding: name, as: UTF8.self))
            guard needed.count <= Limit.needed else { throw ELFError(kind: .malformed, part: part, offset: 0) }
        }
        return needed
    }

    /// The string table that `table` names in its link field.
    private func strings(of table: ELFSection, part: String) throws(ELFError) -> Range<Int> {
        guard table.link < UInt64(sections.count), sections[Int(table.link)].type == ELFSection.strings else {
            throw ELFError(kind: .malformed, part: part, offset: table.link)
        }
        return sections[Int(table.link)].range
    }

    /// Each segment that is loaded must lie in the file: the dynamic linker maps it without looking.
    private static func checkSegments(of file: ELFBytes) throws(ELFError) {
        let part = "segment table"
        let offset = try file.integer(8, at: 32, of: "file header")
        let count = try file.integer(2, at: 56, of: "file header")
        guard count > 0 else { return }
        guard count <= Limit.segments, try file.integer(2, at: 54, of: "file header") == 56 else {
            throw ELFError(kind: .malformed, part: part, offset: offset)
        }
        let table = try file.range(at: offset, size: count * 56, bound: Limit.sectionSize, of: part)
        for entry in stride(from: table.lowerBound, to: table.upperBound, by: 56) {
            let start = try file.integer(8, at: entry + 8, of: part)
            let size = try file.integer(8, at: entry + 32, of: part)
            _ = try file.range(at: start, size: size, bound: Limit.sectionSize, of: part)
        }
    }

    private static func sections(of file: ELFBytes) throws(ELFError) -> [ELFSection] {
        let part = "section table"
        let offset = try file.integer(8, at: 40, of: "file header")
        let count = try file.integer(2, at: 60, of: "file header")
        let nameIndex = try file.integer(2, at: 62, of: "file header")
        guard offset > 0 else { return [] }
        guard count <= Limit.sections, try file.integer(2, at: 58, of: "file header") == 64 else {
            throw ELFError(kind: .malformed, part: part, offset: offset)
        }
        let table = try file.range(at: offset, size: count * 64, bound: Limit.sectionSize, of: part)
        let starts = Array(stride(from: table.lowerBound, to: table.upperBound, by: 64))
        guard nameIndex < count else { throw ELFError(kind: .malformed, part: part, offset: offset) }
        let names = try ELFSection(file, at: starts[Int(nameIndex)], names: 0..<0).range
        var sections: [ELFSection] = []
        sections.reserveCapacity(starts.count)
        for start in starts { sections.append(try ELFSection(file, at: start, names: names)) }
        return sections
    }
}
