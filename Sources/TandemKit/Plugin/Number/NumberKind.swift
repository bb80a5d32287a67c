/// What a number is, as far as its form or a rule tells (design of the canonical dialect; RFC 3966 §5.1).
public enum NumberKind: String, Hashable, Sendable, Codable, CaseIterable {
    /// A global number: `+` and at most fifteen digits (ITU-T E.164).
    case e164
    /// Digits that need a country, an area or a prefix before anybody abroad could dial them.
    case national
    /// A number of a private plan.
    case extensionNumber = "extension"
    /// A service of one network or switch: `*67`, `#31#`.
    case shortCode
    /// A call for help. Never guessed from digits, because 112 or 911 may be somebody's extension: a rule says so,
    /// or the address was `urn:service:sos` (RFC 5031).
    case emergency
    /// No number at all: `alice`, `conference-7`.
    case opaque
}
