/// The name of a header field. Two names are equal when they mean the same field: case does not count, and the compact
/// form `v` is `Via`.
public struct HeaderName: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The number of the field, `other` when it is known by its text alone.
    public let id: HeaderID
    /// The text of a field without a number; empty otherwise.
    let custom: String

    init(id: HeaderID) {
        self.id = id
        custom = ""
    }

    /// The name written in `text`; nil when that is not a token (RFC 3261 §25.1).
    public init?(_ text: String) {
        guard !text.isEmpty, text.utf8.allSatisfy({ ByteClass.isToken($0) }) else { return nil }
        self.init(token: text)
    }

    /// A name from a literal such as `"X-Acme-Trunk"`. A character that no header name may hold becomes `-`.
    public init(stringLiteral literal: String) {
        if let name = HeaderName(literal) {
            self = name
        } else {
            let bytes = literal.utf8.map { ByteClass.isToken($0) ? $0 : 0x2D }
            self.init(token: bytes.isEmpty ? "-" : String(decoding: bytes, as: UTF8.self))
        }
    }

    /// The name in these bytes, which must be a token.
    init(_ bytes: Bytes) {
        let id = HeaderID(bytes)
        self.id = id
        custom = id == .other ? bytes.string : ""
    }

    private init(token: String) {
        var text = token
        let id = text.withUTF8 { HeaderID(Bytes(UnsafeRawBufferPointer($0))) }
        self.id = id
        custom = id == .other ? token : ""
    }

    /// The name as the RFC writes it, or as it was given.
    public var text: String { id == .other ? custom : "\(id.name)" }

    /// The name as text.
    public var description: String { text }

    /// Whether both mean the same field.
    public static func == (left: HeaderName, right: HeaderName) -> Bool {
        left.id == right.id && (left.id != .other || left.custom.lowercased() == right.custom.lowercased())
    }

    /// Hashes the field, not its spelling.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        if id == .other { hasher.combine(custom.lowercased()) }
    }
}
