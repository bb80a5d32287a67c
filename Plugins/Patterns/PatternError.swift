/// Why a text is no usable pattern or translation: what, and where in the text.
public struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, as a clause.
    public let message: String
    /// The text that was written.
    public let source: String
    /// The byte of `source` where it was noticed.
    public let offset: Int

    init(_ message: String, in source: String, at offset: Int) {
        self.message = message
        self.source = source
        self.offset = min(max(0, offset), source.utf8.count)
    }

    /// The clause with the place in characters, then the text and a caret below that place.
    public var description: String {
        let place = String(decoding: source.utf8.prefix(offset), as: UTF8.self).count
        return "\(message), at character \(place + 1):\n    \(source)\n    \(String(repeating: " ", count: place))^"
    }
}
