/// What a vendor's gateway can and can't do, as data that the core acts on.
///
/// An adapter is mostly this. A habit that two vendors share belongs here, not into the hooks of both.
/// The defaults describe a gateway that follows the RFCs, with REFER off: most qualified PBXs were only ever tested so.
///
/// A handle of one word with copy-on-write behind it.
@frozen public struct GatewayProfile: Sendable {
    @usableFromInline var storage: GatewayProfileStorage

    /// Whether the peer takes REFER. When not, transfers are made by re-INVITE.
    public var acceptsREFER: Bool {
        get { storage.fields.acceptsREFER }
        set { edit { $0.acceptsREFER = newValue } }
    }
    /// Whether the peer speaks PRACK (RFC 3262). When not, `100rel` is taken out of requests to it.
    public var acceptsPRACK: Bool {
        get { storage.fields.acceptsPRACK }
        set { edit { $0.acceptsPRACK = newValue } }
    }
    /// Whether the peer takes UPDATE (RFC 3311).
    public var acceptsUPDATE: Bool {
        get { storage.fields.acceptsUPDATE }
        set { edit { $0.acceptsUPDATE = newValue } }
    }
    /// Whether the peer takes an INVITE without SDP.
    public var acceptsDelayedOffer: Bool {
        get { storage.fields.acceptsDelayedOffer }
        set { edit { $0.acceptsDelayedOffer = newValue } }
    }
    /// Whether the peer takes `Replaces` (RFC 3891) in requests to it.
    public var acceptsReplaces: Bool {
        get { storage.fields.acceptsReplaces }
        set { edit { $0.acceptsReplaces = newValue } }
    }
    /// Who refreshes the session.
    public var sessionTimer: SessionTimerUse {
        get { storage.fields.sessionTimer }
        set { edit { $0.sessionTimer = newValue } }
    }
    /// The session interval that we offer, in seconds (RFC 4028 §4).
    public var sessionExpires: Int {
        get { storage.fields.sessionExpires }
        set { edit { $0.sessionExpires = newValue } }
    }
    /// The smallest session interval that we take, in seconds.
    public var minSE: Int {
        get { storage.fields.minSE }
        set { edit { $0.minSE = newValue } }
    }

    /// How the peer writes hold.
    public var holdStyle: HoldStyle {
        get { storage.fields.holdStyle }
        set { edit { $0.holdStyle = newValue } }
    }
    /// How the peer writes SRTP.
    public var srtp: SRTPForm {
        get { storage.fields.srtp }
        set { edit { $0.srtp = newValue } }
    }
    /// Whether the peer understands a master key identifier. When not, crypto lines with one are left out.
    public var acceptsMKI: Bool {
        get { storage.fields.acceptsMKI }
        set { edit { $0.acceptsMKI = newValue } }
    }
    /// What the peer expects of the key lifetime.
    public var keyLifetime: KeyLifetime {
        get { storage.fields.keyLifetime }
        set { edit { $0.keyLifetime = newValue } }
    }
    /// Whether multipart bodies reach the peer. When not, only the SDP part of one does.
    public var acceptsMultipart: Bool {
        get { storage.fields.acceptsMultipart }
        set { edit { $0.acceptsMultipart = newValue } }
    }

    /// Which header fields say who calls.
    public var identity: IdentityStyle {
        get { storage.fields.identity }
        set { edit { $0.identity = newValue } }
    }
    /// Whether asserted identities pass to and from the peer: it is inside the trust domain (RFC 3325 §5).
    public var relaysIdentity: Bool {
        get { storage.fields.relaysIdentity }
        set { edit { $0.relaysIdentity = newValue } }
    }
    /// Whether the number behind an anonymous call is given to the peer, with `Privacy: id`.
    public var relaysAnonymousIdentity: Bool {
        get { storage.fields.relaysAnonymousIdentity }
        set { edit { $0.relaysAnonymousIdentity = newValue } }
    }
    /// Which header field says who passed a call on.
    public var diversion: DiversionStyle {
        get { storage.fields.diversion }
        set { edit { $0.diversion = newValue } }
    }
    /// Whether diversions pass to and from the peer.
    public var relaysDiversions: Bool {
        get { storage.fields.relaysDiversions }
        set { edit { $0.relaysDiversions = newValue } }
    }
    /// Whether From shows the last diverting party, for carriers that accept calls only from their own numbers.
    public var showsDiverterInFrom: Bool {
        get { storage.fields.showsDiverterInFrom }
        set { edit { $0.showsDiverterInFrom = newValue } }
    }

    /// Whether a leading `+` is taken out of numbers to the peer.
    public var removesPlus: Bool {
        get { storage.fields.removesPlus }
        set { edit { $0.removesPlus = newValue } }
    }
    /// Whether telephone numbers to the peer carry `user=phone` (RFC 3261 §19.1.1).
    public var addsUserPhone: Bool {
        get { storage.fields.addsUserPhone }
        set { edit { $0.addsUserPhone = newValue } }
    }
    /// Whether Contact must name us by domain instead of by address.
    public var needsFQDNContact: Bool {
        get { storage.fields.needsFQDNContact }
        set { edit { $0.needsFQDNContact = newValue } }
    }
    /// The User-Agent or Server that the peer sees; nil for the daemon's own.
    public var userAgent: String? {
        get { storage.fields.userAgent }
        set { edit { $0.userAgent = newValue } }
    }

    /// Whether the peer may see only one early dialog per INVITE.
    public var collapsesEarlyDialogs: Bool {
        get { storage.fields.collapsesEarlyDialogs }
        set { edit { $0.collapsesEarlyDialogs = newValue } }
    }
    /// How many early dialogs the peer takes per INVITE.
    public var maxEarlyDialogs: Int {
        get { storage.fields.maxEarlyDialogs }
        set { edit { $0.maxEarlyDialogs = newValue } }
    }

    /// Header fields that must not reach the peer.
    public var strippedHeaders: [HeaderName] {
        get { storage.fields.strippedHeaders }
        set { edit { $0.strippedHeaders = newValue } }
    }
    /// Header fields whose names begin so must not reach the peer; compared without case.
    public var strippedPrefixes: [String] {
        get { storage.fields.strippedPrefixes }
        set { edit { $0.strippedPrefixes = newValue } }
    }

    /// The defaults.
    public init() { storage = GatewayProfileStorage(GatewayProfileFields()) }

    /// The defaults, changed: `GatewayProfile { $0.acceptsREFER = true }`.
    public init(_ change: (inout GatewayProfile) -> Void) {
        self.init()
        change(&self)
    }

    private mutating func edit(_ change: (inout GatewayProfileFields) -> Void) {
        if !isKnownUniquelyReferenced(&storage) { storage = GatewayProfileStorage(storage.fields) }
        change(&storage.fields)
    }
}

extension GatewayProfile: Hashable {
    /// Whether all fields are the same.
    public static func == (left: GatewayProfile, right: GatewayProfile) -> Bool {
        left.storage === right.storage || left.storage.fields == right.storage.fields
    }

    /// Hashes all fields.
    public func hash(into hasher: inout Hasher) { hasher.combine(storage.fields) }
}

extension GatewayProfile: Codable {
    /// Reads all fields.
    public init(from decoder: any Decoder) throws {
        storage = GatewayProfileStorage(try GatewayProfileFields(from: decoder))
    }

    /// Writes all fields.
    public func encode(to encoder: any Encoder) throws { try storage.fields.encode(to: encoder) }
}
