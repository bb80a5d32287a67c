/// A text that must never be seen: a password, a key. Every way of printing it shows `[redacted]`.
public struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    /// Wraps the text.
    public init(_ text: String) { self.text = text }

    /// The text itself, for the one place that must send or compute with it.
    public func reveal() -> String { text }

    /// `[redacted]`.
    public var description: String { "[redacted]" }
    /// `[redacted]`.
    public var debugDescription: String { "[redacted]" }
    /// Empty, so that `dump` shows nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
