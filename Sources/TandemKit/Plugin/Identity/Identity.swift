/// Who calls, in canonical form: whatever header fields a vendor uses for it.
///
/// A handle of one word with copy-on-write behind it: a call passes its identity through many hands.
@frozen public struct Identity: Sendable {
    @usableFromInline var storage: IdentityStorage

    /// The number that the network vouches for (P-Asserted-Identity, Remote-Party-ID); nil when nobody does.
    public var asserted: PhoneNumber? {
        get { storage.fields.asserted }
        _modify {
            makeUnique()
            yield &storage.fields.asserted
        }
    }
    /// The host of the asserted identity's URI; empty when unknown.
    public var assertedHost: String {
        get { storage.fields.assertedHost }
        _modify {
            makeUnique()
            yield &storage.fields.assertedHost
        }
    }
    /// The number that the caller shows (From); nil when anonymous.
    public var presented: PhoneNumber? {
        get { storage.fields.presented }
        _modify {
            makeUnique()
            yield &storage.fields.presented
        }
    }
    /// The host of the presented identity's URI; empty when unknown.
    public var presentedHost: String {
        get { storage.fields.presentedHost }
        _modify {
            makeUnique()
            yield &storage.fields.presentedHost
        }
    }
    /// The caller's name; nil when none was given.
    public var displayName: String? {
        get { storage.fields.displayName }
        _modify {
            makeUnique()
            yield &storage.fields.displayName
        }
    }
    /// What must not reach the callee.
    public var privacy: Privacy {
        get { storage.fields.privacy }
        _modify {
            makeUnique()
            yield &storage.fields.privacy
        }
    }
    /// Who passed the call on, first diversion first.
    public var diversions: [DiversionEntry] {
        get { storage.fields.diversions }
        _modify {
            makeUnique()
            yield &storage.fields.diversions
        }
    }

    /// Joins the parts of an identity.
    public init(
        asserted: PhoneNumber? = nil, assertedHost: String = "", presented: PhoneNumber? = nil,
        presentedHost: String = "", displayName: String? = nil, privacy: Privacy = [],
        diversions: [DiversionEntry] = []
    ) {
        storage = IdentityStorage(
            IdentityFields(
                asserted: asserted, assertedHost: assertedHost, presented: presented, presentedHost: presentedHost,
                displayName: displayName, privacy: privacy, diversions: diversions))
    }

    private mutating func makeUnique() {
        if !isKnownUniquelyReferenced(&storage) { storage = IdentityStorage(storage.fields) }
    }

    /// The number that stands for the caller: the asserted one, else the presented one.
    public var number: PhoneNumber? { asserted ?? presented }

    /// Whether the callee must not learn who calls.
    public var isAnonymous: Bool {
        storage.fields.privacy.hidesCaller || storage.fields.asserted == nil && storage.fields.presented == nil
    }
}

extension Identity: Hashable {
    /// Whether all fields are the same.
    public static func == (left: Identity, right: Identity) -> Bool {
        left.storage === right.storage || left.storage.fields == right.storage.fields
    }

    /// Hashes all fields.
    public func hash(into hasher: inout Hasher) { hasher.combine(storage.fields) }
}

extension Identity: Codable {
    /// Reads all fields.
    public init(from decoder: any Decoder) throws { storage = IdentityStorage(try IdentityFields(from: decoder)) }

    /// Writes all fields.
    public func encode(to encoder: any Encoder) throws { try storage.fields.encode(to: encoder) }
}
