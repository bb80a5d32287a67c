/// The scheme of a URI; compared without case.
public struct URIScheme: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The scheme as written, without its colon.
    public let text: String

    /// A scheme as it is to be written.
    public init(_ text: String) { self.text = text }

    /// A scheme as it is to be written.
    public init(stringLiteral text: String) { self.text = text }

    /// `sip` (RFC 3261 §19.1).
    public static var sip: URIScheme { "sip" }
    /// `sips`: SIP over TLS on every hop.
    public static var sips: URIScheme { "sips" }
    /// `tel`: a telephone number (RFC 3966).
    public static var tel: URIScheme { "tel" }

    /// Whether the URI has user, host and port: `sip` or `sips`.
    public var isSIP: Bool { self == .sip || self == .sips }

    /// The scheme as written.
    public var description: String { text }

    /// Whether both are the same scheme.
    public static func == (left: URIScheme, right: URIScheme) -> Bool { left.text.equalsIgnoringCase(right.text) }

    /// Hashes the scheme without its case.
    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(ByteClass.lowercased(byte)) }
    }
}
