/// Why bytes are not an ELF file this host can read. Every case is decided by the reader alone, before any
/// of the bytes are given to the dynamic linker.
struct ELFError: Error, Hashable {
    /// What is wrong, for the code that turns it into a sentence.
    enum Kind: Hashable {
        /// The first four bytes are not `7F 45 4C 46`.
        case notELF
        /// A table or a section ends beyond the end of the file.
        case truncated
        /// 32-bit, or big-endian, or an unknown version of the format.
        case otherFormat
        /// A count, a size or an entry size that no linker writes.
        case malformed
    }

    let kind: Kind
    /// The part of the file that was being read, in words ("section table", "dynamic symbols").
    let part: String
    /// The byte offset that was asked for.
    let offset: UInt64
}
