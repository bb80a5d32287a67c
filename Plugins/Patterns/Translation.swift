/// What a matched number becomes: text with `$1`, `${1}`, `${name}` for groups, `$0` or `$&` for the whole match and
/// `$$` for a dollar sign, as .NET writes substitutions.
///
/// The result is this text alone: what the pattern did not match of the number is gone. A group that took no part is
/// empty. Unlike .NET, a dollar sign that means nothing is an error, never a dollar sign in a number.
public struct Translation: Hashable, Sendable {
    private enum Piece: Hashable, Sendable {
        case text([UInt8])
        case group(Int)
    }

    /// The translation as written.
    public let source: String
    private let pieces: [Piece]

    /// Reads a translation that may use the groups of `pattern`.
    public init(_ source: String, for pattern: Pattern) throws(PatternError) {
        guard source.utf8.count <= Pattern.Limit.text else {
            throw PatternError("the translation is longer than \(Pattern.Limit.text) bytes", in: source, at: 0)
        }
        self.source = source
        let bytes = Array(source.utf8)
        var pieces: [Piece] = []
        var text: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "$") else {
                text.append(bytes[index])
                index += 1
                continue
            }
            let (piece, length) = try Self.reference(bytes[index...], source, pattern)
            index += length
            if case .text(let plain) = piece {
                text += plain
            } else {
                if !text.isEmpty { pieces.append(.text(text)) }
                text = []
                pieces.append(piece)
            }
        }
        if !text.isEmpty { pieces.append(.text(text)) }
        self.pieces = pieces
    }

    /// The result for the groups of the last match; nil when it is longer than a number may be.
    func apply(to text: UnsafePointer<UInt8>, _ scratch: MatchScratch) -> String? {
        var count = 0
        for piece in pieces {
            switch piece {
            case .text(let bytes): count += bytes.count
            case .group(let number): count += scratch.range(of: number)?.count ?? 0
            }
        }
        guard count <= Pattern.Limit.text else { return nil }
        return String(unsafeUninitializedCapacity: count) { buffer in
            var end = 0
            for piece in pieces {
                switch piece {
                case .text(let bytes):
                    for byte in bytes {
                        buffer[end] = byte
                        end += 1
                    }
                case .group(let number):
                    guard let range = scratch.range(of: number) else { continue }
                    for index in range {
                        buffer[end] = text[index]
                        end += 1
                    }
                }
            }
            return end
        }
    }

    /// Reads one reference, from its dollar sign on; its length in bytes beside it.
    private static func reference(
        _ bytes: ArraySlice<UInt8>, _ source: String, _ pattern: Pattern
    ) throws(PatternError) -> (Piece, Int) {
        let start = bytes.startIndex
        let rest = bytes.dropFirst()
        switch rest.first {
        case UInt8(ascii: "$"): return (.text([UInt8(ascii: "$")]), 2)
        case UInt8(ascii: "&"): return (.group(0), 2)
        case UInt8(ascii: "{"):
            guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else {
                throw PatternError("the translation has a '${' without '}'", in: source, at: start)
            }
            let name = String(decoding: rest[(start + 2)..<end], as: UTF8.self)
            return (.group(try group(named: name, pattern, source, start)), end - start + 1)
        case .some(UInt8(ascii: "0")...UInt8(ascii: "9")):
            let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            let name = String(decoding: digits, as: UTF8.self)
            return (.group(try group(named: name, pattern, source, start)), digits.count + 1)
        default:
            throw PatternError(
                "the translation has a dollar sign that names no group; write $$ for a dollar sign", in: source,
                at: start)
        }
    }

    private static func group(
        named name: String, _ pattern: Pattern, _ source: String, _ offset: Int
    ) throws(PatternError) -> Int {
        if name.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }), let number = Int(name) {
            if number <= pattern.groupCount { return number }
            var advice = ""
            if let first = name.first?.wholeNumberValue, name.count > 1, first <= pattern.groupCount {
                advice = "; write ${\(first)}\(name.dropFirst()) for group \(first) and digits after it"
            }
            throw PatternError(
                "the translation names group \(name), and the pattern has \(count(of: pattern))\(advice)", in: source,
                at: offset)
        }
        guard let number = pattern.groupNames[name] else {
            let known = pattern.groupNames.keys.sorted().joined(separator: ", ")
            throw PatternError(
                "the translation names the group '\(name)', and the pattern has "
                    + (known.isEmpty ? "no named group" : "only \(known)"), in: source, at: offset)
        }
        return number
    }

    private static func count(of pattern: Pattern) -> String {
        switch pattern.groupCount {
        case 0: "no group"
        case 1: "only one"
        default: "only \(pattern.groupCount)"
        }
    }
}
