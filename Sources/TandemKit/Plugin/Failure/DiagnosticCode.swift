/// A stable number for what went wrong, with a sentence a person can act on.
///
/// The ranges are those that Lync administrators know: 10000 call control, 12000 outbound routing, 13000 inbound
/// routing, 14000 dial plan. A number never changes its meaning.
@frozen public struct DiagnosticCode: Hashable, Sendable, CustomStringConvertible {
    /// The number.
    public let raw: UInt32

    /// Wraps a number; plugins use 20000 and up.
    @inlinable public init(raw: UInt32) { self.raw = raw }

    /// The number as text.
    public var description: String { String(raw) }

    /// What happened and what to do about it.
    public var sentence: String {
        DiagnosticCode.sentences[raw] ?? "A plugin ended the call with its own diagnostic code \(raw)."
    }
}

extension DiagnosticCode: Codable {
    /// Reads the number.
    public init(from decoder: any Decoder) throws {
        raw = try decoder.singleValueContainer().decode(UInt32.self)
    }

    /// Writes the number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(raw)
    }
}
