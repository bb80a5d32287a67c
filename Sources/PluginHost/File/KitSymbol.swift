/// Tells from a symbol's name whether a file that defines it contains what it must share with the daemon.
enum KitSymbol {
    private static let kitPrefix = Array("$s9TandemKit".utf8)
    private static let runtimeNames = ["swift_retain", "swift_allocObject", "swift_getGenericMetadata", "$sSiMn"].map {
        Array($0.utf8)
    }

    /// Whether the name is one of the Swift runtime's own.
    static func isRuntime(_ name: ArraySlice<UInt8>) -> Bool {
        guard let first = name.first, first == UInt8(ascii: "s") || first == UInt8(ascii: "$") else { return false }
        return runtimeNames.contains { name.elementsEqual($0) }
    }

    /// Whether the name is the descriptor of a type or protocol of the kit (`$s9TandemKit`, one identifier, its
    /// kind, `Mn` or `Mp`). What a plugin adds in extensions of the kit's types has more between, and is its own.
    static func isKitType(_ name: ArraySlice<UInt8>) -> Bool {
        guard name.starts(with: kitPrefix) else { return false }
        var rest = name.dropFirst(kitPrefix.count)
        guard skipIdentifier(&rest) else { return false }
        return ["VMn", "OMn", "CMn", "Mp"].contains { rest.elementsEqual($0.utf8) }
    }

    /// Skips one identifier as Swift mangles it: a length and that many characters. After a leading zero, words
    /// of earlier identifiers come before them by letter; a capital letter is the last such word, a zero instead
    /// of a length the end.
    private static func skipIdentifier(_ rest: inout ArraySlice<UInt8>) -> Bool {
        var hasWords = rest.first == UInt8(ascii: "0")
        if hasWords { rest = rest.dropFirst() }
        repeat {
            while hasWords, let letter = rest.first, isLetter(letter) {
                rest = rest.dropFirst()
                hasWords = letter >= UInt8(ascii: "a")
            }
            if rest.first == UInt8(ascii: "0") {
                rest = rest.dropFirst()
                return true
            }
            var length = 0
            while let digit = rest.first, isDigit(digit), length < 1000 {
                length = length * 10 + Int(digit - UInt8(ascii: "0"))
                rest = rest.dropFirst()
            }
            guard length > 0, length <= rest.count else { return false }
            rest = rest.dropFirst(length)
        } while hasWords
        return true
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") || byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
    }
}
