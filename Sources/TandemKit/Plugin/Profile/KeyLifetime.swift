/// What a vendor expects behind the key of an `a=crypto` line (RFC 4568 §6.1).
public enum KeyLifetime: String, Hashable, Sendable, Codable, CaseIterable {
    /// What the other side wrote.
    case asIs = "as-is"
    /// None: the vendor refuses keys with a lifetime.
    case omitted
    /// `|2^31`: the vendor refuses keys without one.
    case always
}
