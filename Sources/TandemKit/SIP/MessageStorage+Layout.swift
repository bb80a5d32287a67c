extension MessageStorage {
    /// A storage of its own with the same message, without what earlier edits left behind.
    func clone() -> MessageStorage {
        let live = serializedCount
        let copy = MessageStorage(entryCapacity: max(48, count + 8), byteCapacity: max(3072, live + 1024))
        copy.count = count
        copy.lineBytes = lineBytes
        (copy.parts, copy.used) = moveLive(to: copy.entries, copy.bytes)
        UnsafeMutableRawPointer(copy.first).copyMemory(from: first, byteCount: MessageStorage.firstSize)
        copy.hasRefusedEdit = hasRefusedEdit
        return copy
    }

    /// Makes room for one more header field and `size` more bytes; false when that would pass a limit.
    ///
    /// The old block, which an argument of the edit may point into, is kept until `releaseRetired`.
    @inline(__always) func reserve(_ size: Int) -> Bool {
        used + size <= byteCapacity && count < entryCapacity || grow(by: size)
    }

    private func grow(by size: Int) -> Bool {
        let live = serializedCount
        guard live + size <= MessageLimits.storageBytes, count < MessageLimits.editedHeaderFields else {
            hasRefusedEdit = true
            return false
        }
        let newEntryCapacity =
            count < entryCapacity ? entryCapacity : min(entryCapacity * 2, MessageLimits.editedHeaderFields)
        let newByteCapacity = max(byteCapacity, (live + size) * 2)
        let newEntries = MessageStorage.allocate(entryCapacity: newEntryCapacity, byteCapacity: newByteCapacity)
        let newFirst = MessageStorage.firstTable(of: newEntries, entryCapacity: newEntryCapacity)
        let newBytes = MessageStorage.byteArea(of: newFirst)
        (parts, used) = moveLive(to: newEntries, newBytes)
        UnsafeMutableRawPointer(newFirst).copyMemory(from: first, byteCount: MessageStorage.firstSize)
        releaseRetired()
        retired = UnsafeMutableRawPointer(entries)
        entries = newEntries
        first = newFirst
        bytes = newBytes
        entryCapacity = newEntryCapacity
        byteCapacity = newByteCapacity
        essentials = Essentials()
        return true
    }

    /// Frees the block that `reserve` replaced.
    @inline(__always) func releaseRetired() {
        guard let block = retired else { return }
        block.deallocate()
        retired = nil
    }

    /// Writes the message as it stands to another block and gives its parts there and the bytes used.
    private func moveLive(
        to newEntries: UnsafeMutablePointer<HeaderEntry>, _ newBytes: UnsafeMutablePointer<UInt8>
    ) -> (MessageParts, Int) {
        var moved = parts
        var end = Int(parts.startLine.count)
        moved.startLine.offset = 0
        moved.methodToken.offset = parts.methodToken.offset &- parts.startLine.offset
        moved.subject.offset = parts.subject.offset &- parts.startLine.offset
        for index in 0..<count {
            newEntries[index] = entries[index]
            newEntries[index].offset = UInt32(truncatingIfNeeded: end)
            end += Int(entries[index].length)
        }
        moved.blankLine.offset = UInt32(truncatingIfNeeded: end)
        moved.body.offset = UInt32(truncatingIfNeeded: end + Int(parts.blankLine.count))
        return (moved, write(to: newBytes))
    }

    /// The bytes that `write` gives.
    var serializedCount: Int {
        Int(parts.startLine.count) + lineBytes + Int(parts.blankLine.count) + Int(parts.body.count)
    }

    /// Writes the message: one copy for each run of neighbours that no edit has parted. The caller has checked
    /// that `serializedCount` bytes fit.
    func write(to target: UnsafeMutablePointer<UInt8>) -> Int {
        var run = Int(parts.startLine.offset)
        var runEnd = parts.startLine.end
        var written = 0
        @inline(__always) func join(_ start: Int, _ length: Int) {
            if start == runEnd {
                runEnd += length
                return
            }
            UnsafeMutableRawPointer(target + written).copyMemory(from: bytes + run, byteCount: runEnd - run)
            written += runEnd - run
            run = start
            runEnd = start + length
        }
        for index in 0..<count { join(Int(entries[index].offset), Int(entries[index].length)) }
        join(Int(parts.blankLine.offset), Int(parts.blankLine.count))
        join(Int(parts.body.offset), Int(parts.body.count))
        UnsafeMutableRawPointer(target + written).copyMemory(from: bytes + run, byteCount: runEnd - run)
        return written + runEnd - run
    }
}
