import Timing

/// What may be written under a key: the bounds that the reader keeps, the words of messages and docs/CONFIGURATION.md, and
/// the type in the JSON Schema.
public indirect enum ValueForm: Hashable, Sendable {
    /// A text with a form of its own, told in words.
    case text(String)
    /// `true` or `false`.
    case flag
    /// A whole number in a range.
    case number(ClosedRange<Int>)
    /// A length of time between two others.
    case duration(String, String)
    /// A size in memory, in bytes.
    case size(ClosedRange<Int>)
    /// One of these words.
    case choice([String])
    /// One of these words, or a value of another form.
    case either([String], ValueForm)
    /// A list of values of one form; the words say of what.
    case list(of: String, ValueForm)
    /// A plugin's own settings.
    case settings
    /// A text that must not be seen, or the place where it is.
    case secret

    /// What may be written, in an operator's words.
    public var words: String {
        switch self {
        case .text(let words): words
        case .flag: "true or false"
        case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .duration(let least, let most): "a duration from \(least) to \(most)"
        case .size(let range) where range.lowerBound == 0: "a size up to \(range.upperBound >> 20)MiB"
        case .size(let range): "a size from \(range.lowerBound >> 20)MiB to \(range.upperBound >> 20)MiB"
        case .choice(let words): ValueForm.alternatives(words)
        case .either(let words, let form): "\(words.joined(separator: ", ")), or \(form.words)"
        case .list(let what, _): "a list of \(what)"
        case .settings: "a map"
        case .secret: "a text, { file: PATH } or { environment: NAME }"
        }
    }

    private static func alternatives(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return "\(words.dropLast().joined(separator: ", ")) or \(last)"
    }
}
