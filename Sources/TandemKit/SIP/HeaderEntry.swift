/// Where one header field lies in a message's block: 16 bytes, so that four share a cache line.
struct HeaderEntry {
    /// The start of the line in the block.
    var offset: UInt32
    /// The length of the line with its line end.
    var length: UInt16
    /// The length of the name.
    var nameLength: UInt16
    /// The start of the value, from the start of the line.
    var valueOffset: UInt16
    /// The length of the value without white space around it.
    var valueLength: UInt16
    /// The number of the field (`HeaderID.raw`).
    var id: UInt8
    /// 1 when the value is folded over several lines.
    var folds: UInt8
    var reserved: UInt16 = 0
}

/// A place in a message's block.
struct Span {
    var offset: UInt32
    var count: UInt32

    init() {
        offset = 0
        count = 0
    }

    init(_ offset: Int, _ count: Int) {
        self.offset = UInt32(truncatingIfNeeded: offset)
        self.count = UInt32(truncatingIfNeeded: count)
    }

    var end: Int { Int(offset) + Int(count) }
}
