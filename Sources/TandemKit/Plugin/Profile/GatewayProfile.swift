/// What a vendor's gateway can and can't do, as data that the core acts on.
///
/// An adapter is mostly this. A habit that two vendors share belongs here, not into the hooks of both.
/// The defaults describe a gateway that follows the RFCs, with REFER off: most qualified PBXs were only ever tested so.
public struct GatewayProfile: Hashable, Sendable, Codable {
    /// Whether the peer takes REFER. When not, transfers are made by re-INVITE.
    public var acceptsREFER = false
    /// Whether the peer speaks PRACK (RFC 3262). When not, `100rel` is taken out of requests to it.
    public var acceptsPRACK = true
    /// Whether the peer takes UPDATE (RFC 3311).
    public var acceptsUPDATE = true
    /// Whether the peer takes an INVITE without SDP.
    public var acceptsDelayedOffer = true
    /// Whether the peer takes `Replaces` (RFC 3891) in requests to it.
    public var acceptsReplaces = true
    /// Who refreshes the session.
    public var sessionTimer = SessionTimerUse.answerOnly
    /// The session interval that we offer, in seconds (RFC 4028 §4).
    public var sessionExpires = 1800
    /// The smallest session interval that we take, in seconds.
    public var minSE = 90

    /// How the peer writes hold.
    public var holdStyle = HoldStyle.asIs
    /// How the peer writes SRTP.
    public var srtp = SRTPForm.asIs
    /// Whether the peer understands a master key identifier. When not, crypto lines with one are left out.
    public var acceptsMKI = true
    /// What the peer expects of the key lifetime.
    public var keyLifetime = KeyLifetime.asIs
    /// Whether multipart bodies reach the peer. When not, only the SDP part of one does.
    public var acceptsMultipart = true

    /// Which header fields say who calls.
    public var identity = IdentityStyle.pAssertedIdentity
    /// Whether asserted identities pass to and from the peer: it is inside the trust domain (RFC 3325 §5).
    public var relaysIdentity = true
    /// Whether the number behind an anonymous call is given to the peer, with `Privacy: id`.
    public var relaysAnonymousIdentity = false
    /// Which header field says who passed a call on.
    public var diversion = DiversionStyle.historyInfo
    /// Whether diversions pass to and from the peer.
    public var relaysDiversions = true
    /// Whether From shows the last diverting party, for carriers that accept calls only from their own numbers.
    public var showsDiverterInFrom = false

    /// Whether a leading `+` is taken out of numbers to the peer.
    public var removesPlus = false
    /// Whether telephone numbers to the peer carry `user=phone` (RFC 3261 §19.1.1).
    public var addsUserPhone = false
    /// Whether Contact must name us by domain instead of by address.
    public var needsFQDNContact = false
    /// The User-Agent or Server that the peer sees; nil for the daemon's own.
    public var userAgent: String?

    /// Whether the peer may see only one early dialog per INVITE.
    public var collapsesEarlyDialogs = false
    /// How many early dialogs the peer takes per INVITE.
    public var maxEarlyDialogs = 20

    /// Header fields that must not reach the peer.
    public var strippedHeaders: [HeaderName] = []
    /// Header fields whose names begin so must not reach the peer; compared without case.
    public var strippedPrefixes: [String] = []

    /// The defaults.
    public init() {}

    /// The defaults, changed: `GatewayProfile { $0.acceptsREFER = true }`.
    public init(_ change: (inout GatewayProfile) -> Void) { change(&self) }
}
