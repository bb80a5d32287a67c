extension MessageStorage {
    /// Adds bytes behind what is in use; room was made before.
    @inline(__always) func put(_ text: Bytes) {
        UnsafeMutableRawPointer(bytes + used).copyMemory(from: text.base, byteCount: text.count)
        used += text.count
    }

    @inline(__always) func put(_ literal: StaticString) { put(Bytes(literal)) }

    @inline(__always) func put(byte: UInt8) {
        bytes[used] = byte
        used += 1
    }

    /// Adds a number in decimal, at most 20 bytes.
    func put(decimal number: UInt64) {
        let length = MessageStorage.digits(number)
        var rest = number
        var index = used + length
        repeat {
            index -= 1
            bytes[index] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        used += length
    }

    /// How many decimal digits a number has.
    static func digits(_ number: UInt64) -> Int {
        var digits = 1
        var rest = number
        while rest >= 10 {
            rest /= 10
            digits += 1
        }
        return digits
    }

    /// Adds text whose line ends and NULs become spaces, so that no value can bring a header field of its own.
    @inline(__always) func put(value text: Bytes) {
        let start = used
        put(text)
        removeLineEnds(from: start)
    }

    /// Makes the line ends and NULs spaces that lie between `start` and the end of the bytes in use.
    func removeLineEnds(from start: Int) {
        var index = start
        while index < used {
            // Reading up to seven bytes further is what the slack of the block is for.
            let low = Words.below(Words.load(bytes + index), 0x0E)
            if low == 0 {
                index += 8
                continue
            }
            index += Words.firstIndex(low)
            if index < used, bytes[index] == 0x0D || bytes[index] == 0x0A || bytes[index] == 0 { bytes[index] = 0x20 }
            index += 1
        }
    }

    /// The index entry of the line that begins at `start` and ends with CRLF where the bytes in use end. White space
    /// around the value does not count.
    func entry(from start: Int, id: HeaderID, nameLength: Int, valueOffset: Int) -> HeaderEntry {
        var valueStart = start + valueOffset
        var valueEnd = used - 2
        while valueEnd > valueStart, ByteClass.isBlank(bytes[valueEnd - 1]) { valueEnd -= 1 }
        while valueStart < valueEnd, ByteClass.isBlank(bytes[valueStart]) { valueStart += 1 }
        return HeaderEntry(
            offset: UInt32(truncatingIfNeeded: start), length: UInt16(truncatingIfNeeded: used - start),
            nameLength: UInt16(truncatingIfNeeded: nameLength),
            valueOffset: UInt16(truncatingIfNeeded: valueStart - start),
            valueLength: UInt16(truncatingIfNeeded: valueEnd - valueStart), id: id.raw, folds: 0)
    }

    /// Writes `name: value CRLF` behind the bytes in use; nil when that passes a limit.
    @inline(__always) func makeLine(id: HeaderID, name: Bytes, value: Bytes) -> HeaderEntry? {
        let size = name.count + value.count + 4
        guard size <= MessageLimits.headerFieldBytes else {
            hasRefusedEdit = true
            return nil
        }
        guard reserve(size) else { return nil }
        let start = used
        put(name)
        put(": ")
        put(value: value)
        put("\r\n")
        return entry(from: start, id: id, nameLength: name.count, valueOffset: name.count + 2)
    }

    /// Adds a whole line at the end.
    func append(_ id: HeaderID, _ line: StaticString) {
        guard reserve(line.utf8CodeUnitCount) else { return }
        let start = used
        put(line)
        let nameLength = names.name(of: id).count
        insert(entry(from: start, id: id, nameLength: nameLength, valueOffset: nameLength + 2), at: count)
        releaseRetired()
    }

    /// Begins a line behind the bytes in use, for which room was made; gives its start.
    func beginLine(_ id: HeaderID) -> Int {
        let start = used
        put(names.name(of: id))
        put(": ")
        return start
    }

    /// Lets `write` write a value of at most `size` bytes behind the bytes in use, where room was made for them.
    @inline(__always) func put(atMost size: Int, _ write: (inout TextWriter) -> Void) {
        let start = used
        var writer = TextWriter(bytes + used, capacity: size)
        write(&writer)
        used += writer.count
        removeLineEnds(from: start)
    }

    /// Ends the line that began at `start` and puts it at the end of the index, before a Content-Length that stands
    /// there.
    func endLine(_ id: HeaderID, from start: Int) {
        put("\r\n")
        if used - start <= MessageLimits.headerFieldBytes {
            let nameLength = names.name(of: id).count
            insert(entry(from: start, id: id, nameLength: nameLength, valueOffset: nameLength + 2), at: appendIndex)
        } else {
            used = start
            hasRefusedEdit = true
        }
        releaseRetired()
    }

    /// Inserts a header field so that it becomes number `index`.
    func insert(id: HeaderID, name: Bytes, value: Bytes, at index: Int) {
        guard let line = makeLine(id: id, name: name, value: value) else { return }
        insert(line, at: index)
        releaseRetired()
    }

    /// Gives the header field at `index` another value; its name stays as written.
    func replaceValue(at index: Int, with value: Bytes) {
        let id = HeaderID(raw: entries[index].id)
        guard let line = makeLine(id: id, name: name(at: index), value: value) else { return }
        replace(at: index, with: line)
        releaseRetired()
    }

    /// Puts a line that was just written into the place of another of its kind.
    func replace(at index: Int, with line: HeaderEntry) {
        lineBytes += Int(line.length) - Int(entries[index].length)
        entries[index] = line
        touch(HeaderID(raw: line.id))
    }

    /// Puts a line that was just written into the index.
    func insert(_ line: HeaderEntry, at index: Int) {
        let position = min(max(index, 0), count)
        var place = count
        while place > position {
            place -= 1
            let moved = entries[place]
            entries[place + 1] = moved
            if first[Int(moved.id)] == place { first[Int(moved.id)] = Int16(truncatingIfNeeded: place + 1) }
        }
        entries[position] = line
        count += 1
        lineBytes += Int(line.length)
        let slot = first + Int(line.id)
        if slot.pointee < 0 || slot.pointee > position { slot.pointee = Int16(truncatingIfNeeded: position) }
        touch(HeaderID(raw: line.id))
    }

    /// Takes the header field at `index` out of the index.
    func remove(at index: Int) {
        let id = HeaderID(raw: entries[index].id)
        if first[Int(id.raw)] == index {
            first[Int(id.raw)] = Int16(truncatingIfNeeded: nextIndex(of: id, after: index))
        }
        count -= 1
        lineBytes -= Int(entries[index].length)
        for place in index..<count {
            let moved = entries[place + 1]
            entries[place] = moved
            if first[Int(moved.id)] == place + 1 { first[Int(moved.id)] = Int16(truncatingIfNeeded: place) }
        }
        touch(id)
    }

    /// Forgets what was found in a field that has changed.
    @inline(__always) func touch(_ id: HeaderID) {
        switch id {
        case .via: essentials.hasVia = false
        case .from, .to: essentials.hasTags = false
        case .cseq: essentials.hasCSeq = false
        default: break
        }
    }

    /// Where a new header field goes: to the end, but before a Content-Length that stands there.
    var appendIndex: Int {
        count > 0 && entries[count - 1].id == HeaderID.contentLength.raw ? count - 1 : count
    }
}
