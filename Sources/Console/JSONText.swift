import Foundation

/// Values as JSON for scripts: keys sorted, two spaces of indentation.
public enum JSONText {
    /// The text of a value without a closing line feed.
    public static func of(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Reports hold strings and finite numbers: there is nothing that can't be encoded.
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}
