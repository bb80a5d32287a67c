extension Pattern {
    /// Whether every way to match ends at the number's end: `$`, `\z` or `\Z` closes each alternative. Judged from the
    /// text, for a warning; a pattern that reaches the end in a cleverer way is not recognized.
    public var isAnchoredAtEnd: Bool { Self.endsAnchored(Array(source.utf8)[...]) }

    private static func endsAnchored(_ pattern: ArraySlice<UInt8>) -> Bool {
        alternatives(of: pattern).allSatisfy { alternative in
            guard let last = lastElement(of: alternative) else { return false }
            switch last.first {
            case UInt8(ascii: "$"): return true
            case UInt8(ascii: "\\"): return last.last == UInt8(ascii: "z") || last.last == UInt8(ascii: "Z")
            case UInt8(ascii: "("):
                let inner = groupContent(last)
                return inner.map(endsAnchored) ?? false
            default: return false
            }
        }
    }

    /// Splits at the bars that are in no group and no class.
    private static func alternatives(of pattern: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var start = pattern.startIndex
        var index = start
        while index < pattern.endIndex {
            if pattern[index] == UInt8(ascii: "|") {
                parts.append(pattern[start..<index])
                start = index + 1
            }
            index = end(ofElementAt: index, pattern)
        }
        return parts + [pattern[start...]]
    }

    private static func lastElement(of pattern: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var last: ArraySlice<UInt8>?
        var index = pattern.startIndex
        while index < pattern.endIndex {
            let next = end(ofElementAt: index, pattern)
            last = pattern[index..<next]
            index = next
        }
        return last
    }

    /// Where the character, escape, class or group that begins at `start` ends.
    private static func end(ofElementAt start: Int, _ pattern: ArraySlice<UInt8>) -> Int {
        switch pattern[start] {
        case UInt8(ascii: "\\"): return min(start + 2, pattern.endIndex)
        case UInt8(ascii: "["):
            var index = start + 1
            // A closing bracket that comes first is a member of the class.
            if index < pattern.endIndex, pattern[index] == UInt8(ascii: "^") { index += 1 }
            if index < pattern.endIndex, pattern[index] == UInt8(ascii: "]") { index += 1 }
            while index < pattern.endIndex, pattern[index] != UInt8(ascii: "]") {
                index += pattern[index] == UInt8(ascii: "\\") ? 2 : 1
            }
            return min(index + 1, pattern.endIndex)
        case UInt8(ascii: "("):
            var index = start + 1
            while index < pattern.endIndex, pattern[index] != UInt8(ascii: ")") {
                index = end(ofElementAt: index, pattern)
            }
            return min(index + 1, pattern.endIndex)
        default: return start + 1
        }
    }

    /// What stands in a group; nil for one that looks around and takes no place.
    private static func groupContent(_ group: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var inner = group.dropFirst().dropLast()
        guard inner.first == UInt8(ascii: "?") else { return inner }
        inner = inner.dropFirst()
        switch inner.first {
        case UInt8(ascii: ":"), UInt8(ascii: ">"): return inner.dropFirst()
        case UInt8(ascii: "<"), UInt8(ascii: "'"), UInt8(ascii: "P"):
            let second = inner.dropFirst().first
            if second == UInt8(ascii: "=") || second == UInt8(ascii: "!") { return nil }
            guard let end = inner.dropFirst(2).firstIndex(where: { $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "'") })
            else { return nil }
            return inner[(end + 1)...]
        default: return nil
        }
    }
}
