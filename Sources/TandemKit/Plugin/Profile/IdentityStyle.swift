/// Which header fields a vendor uses to say who calls.
public enum IdentityStyle: String, Hashable, Sendable, Codable, CaseIterable {
    /// P-Asserted-Identity and Privacy (RFC 3325).
    case pAssertedIdentity = "p-asserted-identity"
    /// P-Preferred-Identity: the vendor asserts by itself (RFC 3325 §9.2).
    case pPreferredIdentity = "p-preferred-identity"
    /// Remote-Party-ID (draft-ietf-sip-privacy-04), older Cisco and Asterisk.
    case remotePartyID = "remote-party-id"
    /// From alone.
    case fromOnly = "from-only"
}
