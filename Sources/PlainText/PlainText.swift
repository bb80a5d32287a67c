/// What others wrote (a peer, a file, a command line) as a line of a log, a table or a message may show it.
public enum PlainText {
    /// The most characters of a name or value that a message quotes.
    public static let excerptLength = 60

    /// The text without what could forge a line or steer the terminal that shows it: control characters, those of
    /// Unicode's second block too, line separators and marks of direction become `?`.
    public static func clean(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: steers) else { return text }
        var cleaned = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { cleaned.append(steers(scalar) ? "?" : scalar) }
        return String(cleaned)
    }

    /// The text as a message quotes it: clean, and cut with an ellipsis when it is longer than `limit` characters.
    public static func excerpt(_ text: some StringProtocol, limit: Int = excerptLength) -> String {
        let head = text.prefix(limit)
        return clean(head.endIndex == text.endIndex ? String(head) : head.dropLast() + "…")
    }

    /// How many there are of something: `1 trunk`, `2 trunks`.
    public static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private static func steers(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
