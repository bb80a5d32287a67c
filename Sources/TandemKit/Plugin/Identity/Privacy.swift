/// What of a caller's identity must not reach the callee (RFC 3323, RFC 3325 §9.3).
@frozen public struct Privacy: OptionSet, Hashable, Sendable, Codable {
    /// The bits.
    public let rawValue: UInt8

    /// Wraps bits.
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `id`: asserted identities stay inside the trust domain.
    @inlinable public static var id: Privacy { Privacy(rawValue: 1) }
    /// `header`: header fields that tell about the caller are hidden.
    @inlinable public static var header: Privacy { Privacy(rawValue: 2) }
    /// `session`: session descriptions that tell about the caller are hidden.
    @inlinable public static var session: Privacy { Privacy(rawValue: 4) }
    /// `user`: the caller's user agent asks for anonymity.
    @inlinable public static var user: Privacy { Privacy(rawValue: 8) }
    /// `critical`: refuse the call rather than give the identity away.
    @inlinable public static var critical: Privacy { Privacy(rawValue: 16) }
    /// `history`: diversions are hidden (RFC 7044).
    @inlinable public static var history: Privacy { Privacy(rawValue: 32) }

    /// Whether the caller is to be shown as anonymous.
    public var hidesCaller: Bool { contains(.id) || contains(.user) }
}
