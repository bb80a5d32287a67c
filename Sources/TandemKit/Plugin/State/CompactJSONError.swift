/// Why a value can't be written as JSON or read from it.
public struct CompactJSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The member, as `calls.3.name`; empty for the whole.
    public let path: String
    /// What is wrong, as a sentence.
    public let message: String

    init(path: String = "", _ message: String) {
        self.path = path
        self.message = message
    }

    init(wrapping error: any Error) {
        switch error {
        case let error as CompactJSONError: self = error
        case DecodingError.dataCorrupted(let context), DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context):
            self.init(path: CompactJSONError.path(context.codingPath), context.debugDescription)
        case DecodingError.keyNotFound(let key, let context):
            self.init(path: CompactJSONError.path(context.codingPath), "`\(key.stringValue)` is missing")
        case EncodingError.invalidValue(_, let context):
            self.init(path: CompactJSONError.path(context.codingPath), context.debugDescription)
        default: self.init(String(describing: error))
        }
    }

    /// The message behind the path.
    public var description: String { path.isEmpty ? message : "\(path): \(message)" }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.map { $0.intValue.map { String($0) } ?? $0.stringValue }.joined(separator: ".")
    }
}
