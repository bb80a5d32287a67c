/// A pattern with what a number becomes that it matches: one rule of a dial plan or of a list of routes.
public struct PatternRule: Sendable {
    /// The pattern.
    public let pattern: Pattern
    /// What a matched number becomes; nil when it stays as it is.
    public let translation: Translation?

    /// Joins a pattern and a translation.
    public init(_ pattern: Pattern, _ translation: Translation? = nil) {
        self.pattern = pattern
        self.translation = translation
    }
}
