/// The header fields as bytes, for the core: nothing here copies or allocates.
extension HeaderFields {
    /// The position of the first field of a kind; -1 when there is none.
    public func firstIndex(of id: HeaderID) -> Int { storage.firstIndex(of: id) }

    /// The position of the next field of a kind behind `index`; -1 when there is none.
    public func nextIndex(of id: HeaderID, after index: Int) -> Int { storage.nextIndex(of: id, after: index) }

    /// The kind of the field at `index`. Traps outside `0 ..< count`.
    public func id(at index: Int) -> HeaderID {
        check(index)
        return HeaderID(raw: storage.entries[index].id)
    }

    /// The name of the field at `index` as written. Traps outside `0 ..< count`.
    public func nameBytes(at index: Int) -> Bytes {
        check(index)
        return storage.name(at: index)
    }

    /// The value of the field at `index` as written, folding included, without white space around it.
    /// Traps outside `0 ..< count`.
    public func valueBytes(at index: Int) -> Bytes {
        check(index)
        return storage.value(at: index)
    }

    /// The value of the first field of a kind; empty when there is none.
    public func firstValue(of id: HeaderID) -> Bytes {
        let index = storage.firstIndex(of: id)
        return index < 0 ? Bytes() : storage.value(at: index)
    }

    /// Whether the value at `index` is folded over several lines. Traps outside `0 ..< count`.
    public func isFolded(at index: Int) -> Bool {
        check(index)
        return storage.entries[index].folds != 0
    }

    /// Adds a field at the end, but before a Content-Length that stands there. Line ends in the value become spaces.
    public mutating func append(_ id: HeaderID, _ value: Bytes) {
        edit { $0.insert(id: id, name: $0.names.name(of: id), value: value, at: $0.appendIndex) }
    }

    /// Adds a field at the end, but before a Content-Length that stands there, whose value of at most `size` bytes
    /// `write` writes where it will stand. Line ends in it become spaces.
    @inline(__always) mutating func append(_ id: HeaderID, atMost size: Int, _ write: (inout TextWriter) -> Void) {
        edit { storage in
            guard storage.reserve(size + 64) else { return }
            let start = storage.beginLine(id)
            storage.put(atMost: size, write)
            storage.endLine(id, from: start)
        }
    }

    /// Adds a field so that it becomes number `index` (clamped). Line ends in the value become spaces.
    public mutating func insert(_ id: HeaderID, _ value: Bytes, at index: Int) {
        edit { $0.insert(id: id, name: $0.names.name(of: id), value: value, at: index) }
    }

    /// Adds a field under a name that must be a token, so that it becomes number `index` (clamped).
    /// Line ends in the value become spaces; a name that is no token makes the edit a refused one.
    public mutating func insert(name: Bytes, _ value: Bytes, at index: Int) {
        edit { storage in
            var isToken = !name.isEmpty
            for position in 0..<name.count where !ByteClass.isToken(name.base[position]) { isToken = false }
            if isToken {
                storage.insert(id: HeaderID(name), name: name, value: value, at: index)
            } else {
                storage.hasRefusedEdit = true
            }
        }
    }

    /// Gives the field at `index` another value; its name stays as written. Traps outside `0 ..< count`.
    public mutating func replaceValue(at index: Int, _ value: Bytes) {
        check(index)
        edit { $0.replaceValue(at: index, with: value) }
    }

    /// Takes the field at `index` away. Traps outside `0 ..< count`.
    public mutating func remove(at index: Int) {
        check(index)
        edit { $0.remove(at: index) }
    }

    /// Takes all fields of a kind away.
    public mutating func removeAll(_ id: HeaderID) {
        guard storage.firstIndex(of: id) >= 0 else { return }
        edit { storage in
            while storage.firstIndex(of: id) >= 0 { storage.remove(at: storage.firstIndex(of: id)) }
        }
    }

    @inline(__always) func check(_ index: Int) {
        precondition(index >= 0 && index < storage.count, "no header field at this index")
    }
}
