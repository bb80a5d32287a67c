/// What a message handle points to: one raw block with the header index and the bytes, and where things lie in it.
///
///     block:  entries (16 bytes a header field) | first (header number → first entry) | bytes
///     bytes:  as received ......................| lines that edits added | free
///
/// Edits never move received bytes: they add a line behind them and change the index, so that serializing copies
/// neighbouring untouched lines in one go. Handles change a storage only when they alone own it (copy-on-write), and
/// reading never changes anything, so sharing across threads is safe: that is the proof behind `@unchecked Sendable`.
@usableFromInline final class MessageStorage: @unchecked Sendable {
    /// The whole allocation; `entries` lies at its start.
    var entries: UnsafeMutablePointer<HeaderEntry>
    var first: UnsafeMutablePointer<Int16>
    var bytes: UnsafeMutablePointer<UInt8>
    var entryCapacity: Int
    var byteCapacity: Int
    /// Bytes in use, received and added.
    var used = 0
    /// Header fields.
    var count = 0
    /// The bytes of all header fields that are in the index.
    var lineBytes = 0
    var parts = MessageParts()
    var essentials = Essentials()
    /// Set when an edit was not made because it would have gone beyond `MessageLimits`.
    var hasRefusedEdit = false
    /// A block that an edit has outgrown, kept until the edit has copied its arguments.
    var retired: UnsafeMutableRawPointer?
    let names: HeaderNameTable

    /// Bytes behind the last one that word-wise reads may touch.
    static let slack = 32

    init(entryCapacity: Int = 48, byteCapacity: Int = 3072) {
        names = HeaderNameTable.shared
        self.entryCapacity = entryCapacity
        self.byteCapacity = byteCapacity
        entries = MessageStorage.allocate(entryCapacity: entryCapacity, byteCapacity: byteCapacity)
        first = MessageStorage.firstTable(of: entries, entryCapacity: entryCapacity)
        bytes = MessageStorage.byteArea(of: first)
        clearFirst()
    }

    deinit {
        releaseRetired()
        UnsafeMutableRawPointer(entries).deallocate()
    }

    static let firstSize = 192

    static func allocate(entryCapacity: Int, byteCapacity: Int) -> UnsafeMutablePointer<HeaderEntry> {
        let size = entryCapacity * MemoryLayout<HeaderEntry>.stride + firstSize + byteCapacity + slack
        // More than the 16 bytes that every allocation is aligned to would take the allocator's slow path.
        let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        return block.assumingMemoryBound(to: HeaderEntry.self)
    }

    static func firstTable(
        of entries: UnsafeMutablePointer<HeaderEntry>, entryCapacity: Int
    ) -> UnsafeMutablePointer<Int16> {
        UnsafeMutableRawPointer(entries + entryCapacity).assumingMemoryBound(to: Int16.self)
    }

    static func byteArea(of first: UnsafeMutablePointer<Int16>) -> UnsafeMutablePointer<UInt8> {
        (UnsafeMutableRawPointer(first) + firstSize).assumingMemoryBound(to: UInt8.self)
    }

    /// Forgets where each kind of header field begins.
    func clearFirst() {
        first.update(repeating: -1, count: MessageStorage.firstSize / 2)
    }

    /// The bytes of a place.
    @inline(__always) func view(_ span: Span) -> Bytes {
        Bytes(base: bytes + Int(span.offset), count: Int(span.count))
    }

    @inline(__always) func name(at index: Int) -> Bytes {
        let entry = entries + index
        return Bytes(base: bytes + Int(entry.pointee.offset), count: Int(entry.pointee.nameLength))
    }

    @inline(__always) func value(at index: Int) -> Bytes {
        let entry = entries + index
        return Bytes(
            base: bytes + Int(entry.pointee.offset) + Int(entry.pointee.valueOffset),
            count: Int(entry.pointee.valueLength))
    }

    /// The first header field with a number, or -1.
    @inline(__always) func firstIndex(of id: HeaderID) -> Int {
        id.raw < 96 ? Int(first[Int(id.raw)]) : -1
    }

    /// The next header field with a number behind `index`, or -1.
    func nextIndex(of id: HeaderID, after index: Int) -> Int {
        var next = index + 1
        while next < count {
            if entries[next].id == id.raw { return next }
            next += 1
        }
        return -1
    }
}

/// Where the parts of a message lie that are no header field.
struct MessageParts {
    /// 0 nothing yet, 1 request, 2 response.
    var kind: UInt8 = 0
    var method = SIPMethod.other
    var status: UInt16 = 0
    /// The start line with its line end.
    var startLine = Span()
    /// The method of a request line.
    var methodToken = Span()
    /// The Request-URI, or the reason phrase.
    var subject = Span()
    /// The empty line between header fields and body.
    var blankLine = Span()
    var body = Span()
}

/// What nearly every reader of a message asks for, found once while it is received.
///
/// The `has…` flags are cleared when an edit touches the field; then the getters look again.
struct Essentials {
    var hasVia = false
    var hasTags = false
    var hasCSeq = false
    var topVia = ViaView(transport: nil, host: Bytes(), port: 0, parameters: ViaParameters())
    /// Where the value after the first of the topmost Via field begins; its length when there is none.
    var topViaEnd = 0
    var fromTag = Span()
    var toTag = Span()
    var cseq = CSeq(number: 0, method: .other)
    var cseqMethod = Span()
}
