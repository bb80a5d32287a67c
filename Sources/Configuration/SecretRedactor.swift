/// Blots the configuration's secrets out of any text that people will see: log lines, traces, error messages.
public struct SecretRedactor: Sendable {
    /// Shorter secrets are left alone: they would blot out every other word.
    public static let leastLength = 4

    private let texts: [String]

    /// A redactor for these secrets; the longest first, so that one that holds another goes whole.
    public init(_ secrets: [Secret]) {
        texts = Set(secrets.map { $0.reveal() }.filter { $0.utf8.count >= Self.leastLength })
            .sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }

    /// The text with `[redacted]` in the place of each secret.
    public func redact(_ text: String) -> String {
        texts.reduce(text) { $0.replacing($1, with: "[redacted]") }
    }
}
