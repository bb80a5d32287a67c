extension PhoneNumber {
    /// The current form as the user part of a SIP URI: what RFC 3261 §25.1 does not allow there is escaped (`#` is
    /// `%23`).
    public var userPart: String { PercentCoding.encode(text) { ByteClass.isURIUser($0) } }

    /// The current form as a `tel` URI (RFC 3966); nil for an opaque user and for a local number without context,
    /// which no `tel` URI may carry (RFC 3966 §5.1.5).
    public var telURI: String? {
        switch kind {
        case .e164: return "tel:\(userPart)"
        case .opaque: return nil
        case .national, .extensionNumber, .shortCode, .emergency:
            return phoneContext == nil ? nil : "tel:\(userPart)"
        }
    }

    /// Removes a leading `+` for a peer that can't take one. Recorded; without effect when there is none.
    public mutating func removePlus(rule: String = "plus removed") {
        guard text.utf8.first == UInt8(ascii: "+") else { return }
        let kind = kind == .e164 ? NumberKind.national : kind
        rewrite(to: String(text.dropFirst()), kind: kind, rule: rule)
    }
}
