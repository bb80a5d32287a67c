/// Who calls, in canonical form: whatever header fields a vendor uses for it.
public struct Identity: Hashable, Sendable, Codable {
    /// The number that the network vouches for (P-Asserted-Identity, Remote-Party-ID); nil when nobody does.
    public var asserted: PhoneNumber?
    /// The host of the asserted identity's URI; empty when unknown.
    public var assertedHost: String
    /// The number that the caller shows (From); nil when anonymous.
    public var presented: PhoneNumber?
    /// The host of the presented identity's URI; empty when unknown.
    public var presentedHost: String
    /// The caller's name; nil when none was given.
    public var displayName: String?
    /// What must not reach the callee.
    public var privacy: Privacy
    /// Who passed the call on, first diversion first.
    public var diversions: [DiversionEntry]

    /// Joins the parts of an identity.
    public init(
        asserted: PhoneNumber? = nil, assertedHost: String = "", presented: PhoneNumber? = nil,
        presentedHost: String = "", displayName: String? = nil, privacy: Privacy = [],
        diversions: [DiversionEntry] = []
    ) {
        self.asserted = asserted
        self.assertedHost = assertedHost
        self.presented = presented
        self.presentedHost = presentedHost
        self.displayName = displayName
        self.privacy = privacy
        self.diversions = diversions
    }

    /// The number that stands for the caller: the asserted one, else the presented one.
    public var number: PhoneNumber? { asserted ?? presented }

    /// Whether the callee must not learn who calls.
    public var isAnonymous: Bool { privacy.hidesCaller || number == nil }
}
