/// The header fields as text, for plugins: every value is a copy.
extension HeaderFields {
    /// The value of the first field of a name, unfolded. Setting replaces it where it stands and removes further
    /// fields of the name, or adds one; setting nil removes them all.
    public subscript(name: HeaderName) -> String? {
        get {
            let index = firstIndex(of: name)
            return index < 0 ? nil : value(at: index)
        }
        set {
            guard let newValue else { return remove(name) }
            let index = firstIndex(of: name)
            if index < 0 { return append(name, newValue) }
            setValue(at: index, newValue)
            var extra = nextIndex(of: name, after: index)
            while extra >= 0 {
                remove(at: extra)
                extra = nextIndex(of: name, after: index)
            }
        }
    }

    /// The values of all fields of a name, one a line, unfolded; a line may hold several values (see `list`).
    public func values(_ name: HeaderName) -> [String] {
        var values: [String] = []
        var index = firstIndex(of: name)
        while index >= 0 {
            values.append(value(at: index))
            index = nextIndex(of: name, after: index)
        }
        return values
    }

    /// Whether there is a field of a name.
    public func contains(_ name: HeaderName) -> Bool { firstIndex(of: name) >= 0 }

    /// The name of the field at `index`. Traps outside `0 ..< count`.
    public func name(at index: Int) -> HeaderName { HeaderName(nameBytes(at: index)) }

    /// The value of the field at `index`, unfolded. Traps outside `0 ..< count`.
    public func value(at index: Int) -> String {
        let value = valueBytes(at: index)
        return isFolded(at: index) ? value.unfolded : value.string
    }

    /// Adds a field at the end (before a Content-Length that stands there).
    public mutating func append(_ name: HeaderName, _ value: String) {
        insert(name, value, at: storage.appendIndex)
    }

    /// Adds a field before all others.
    public mutating func prepend(_ name: HeaderName, _ value: String) {
        insert(name, value, at: 0)
    }

    /// Adds a field so that it becomes number `index` (clamped).
    public mutating func insert(_ name: HeaderName, _ value: String, at index: Int) {
        var name = name.text
        var value = value
        name.withUTF8 { name in
            value.withUTF8 { value in
                insert(name: Bytes(UnsafeRawBufferPointer(name)), Bytes(UnsafeRawBufferPointer(value)), at: index)
            }
        }
    }

    /// Gives the field at `index` another value; its name stays as written. Traps outside `0 ..< count`.
    public mutating func setValue(at index: Int, _ value: String) {
        var value = value
        value.withUTF8 { replaceValue(at: index, Bytes(UnsafeRawBufferPointer($0))) }
    }

    /// Takes all fields of a name away.
    public mutating func remove(_ name: HeaderName) {
        removeAll { $0 == name }
    }

    /// Takes all fields away whose name passes the test.
    public mutating func removeAll(where test: (HeaderName) -> Bool) {
        var index = count - 1
        while index >= 0 {
            if test(name(at: index)) { remove(at: index) }
            index -= 1
        }
    }

    /// The position of the first field of a name; -1 when there is none.
    public func firstIndex(of name: HeaderName) -> Int {
        name.id != .other ? firstIndex(of: name.id) : nextIndex(of: name, after: -1)
    }

    /// The position of the next field of a name behind `index`; -1 when there is none.
    public func nextIndex(of name: HeaderName, after index: Int) -> Int {
        if name.id != .other { return nextIndex(of: name.id, after: index) }
        var text = name.text
        return text.withUTF8 { text in
            let wanted = Bytes(UnsafeRawBufferPointer(text))
            var next = index + 1
            while next < count {
                if id(at: next) == .other, nameBytes(at: next).equalsIgnoringCase(wanted) { return next }
                next += 1
            }
            return -1
        }
    }
}

extension Bytes {
    /// A copy as text in which each fold (a line end with the white space after it) is one space.
    var unfolded: String {
        var text: [UInt8] = []
        text.reserveCapacity(count)
        var index = 0
        while index < count {
            let byte = base[index]
            if byte == 0x0D || byte == 0x0A {
                while let last = text.last, ByteClass.isBlank(last) { text.removeLast() }
                while index < count, ByteClass.isLinearWhitespace(base[index]) { index += 1 }
                text.append(0x20)
            } else {
                text.append(byte)
                index += 1
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
