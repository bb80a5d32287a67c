public import SIPDialog
public import SIPTransaction
public import TandemKit

/// One trunk as the call engine of one shard uses it: the configuration's values, resolved.
///
/// Never changed: a new configuration brings new contexts, and a call keeps those it began with. Confined to its
/// shard's thread.
public final class TrunkContext {
    /// The trunk's place in the configuration.
    public let index: Int
    /// The name in the configuration.
    public let name: String
    /// What plugins may know about the trunk.
    public let facts: TrunkFacts
    /// Where requests to the peer go first; the connection is 0 for "any".
    public let nextHop: Flow
    /// All that DNS knows of the peer's servers.
    public let hops: HopSet
    /// The host, with port where needed, that stands for the peer in Request-URI and To: `gw.example.net:5080`.
    public let peerHost: String
    /// How calls from this trunk are treated.
    public let mode: SignallingMode
    /// Translates between the peer's dialect and the canonical one; nil when the peer speaks it.
    public let adapter: AdapterInstance?
    /// Which build of its plugin the adapter is of, for the journal; empty when that doesn't matter.
    public let adapterBuild: String
    /// What the peer can do.
    public let profile: GatewayProfile
    /// Applied in order to the numbers of calls from this trunk.
    public let normalizers: [NormalizerInstance]
    /// Asked in order where calls from this trunk go; the first that decides is obeyed.
    public let routers: [RouterInstance]
    /// The policy timers of calls of this trunk.
    public let timers: CallTimers
    /// What is wanted of the session timer with the peer.
    public let sessionTimer: SessionTimerPolicy
    /// Turns failure responses of the peer into others.
    public let translation: ResponseTranslation
    /// Trunks with the same number lead to the same gateway, which is tried once per call (F14).
    public let gateway: Int
    /// How the media of the trunk's calls are treated.
    public let media: TrunkMedia
    /// Which plugin generations its calls run through.
    public let generations: TrunkGenerations
    /// What becomes of calls that the peer wants to transfer.
    public let transfer: TransferPolicy
    /// What becomes of redirections of the peer.
    public let redirects: RedirectionPolicy
    /// How many calls the trunk takes; nil for as many as come.
    public let capacity: TrunkCapacity?
    /// How many requests outside of dialogs one source of the trunk may send in a second; nil for as many as come.
    public let requestsPerSource: Int?
    /// Answers the peer's challenges; nil where we have no credentials for it.
    let digest: DigestClient?
    /// The plugin whose file is gone and without which the trunk can't serve calls; nil when there is none.
    public let missingPlugin: String?
    /// Whether the trunk takes new calls, as far as its health and the operator say.
    public internal(set) var isAvailable = true

    /// Who may send requests on the trunk; nil where the source is enough.
    let users: DigestUsers?
    /// How the trunk is registered at its peer; nil when it isn't.
    let registration: TrunkRegistration?
    /// What is known about that; nil while there is no answer.
    var registrationReport: RegistrationReport?
    /// Tells our Contact from others of the same user: the same after a restart, so that no binding is left behind.
    let instance: String

    /// Which hooks of the adapter do anything; none when there is no adapter.
    let hooks: AdapterHooks
    /// Whether the adapter keeps something for each call.
    let keepsState: Bool
    /// Takes away what must not reach the peer.
    let stripper: HeaderStripper
    /// The extensions that end at us, as Supported names them inside a dialog; empty for none.
    let supported: [UInt8]
    /// The same where a call begins, and in responses.
    let extensions: [UInt8]
    /// The methods that we say we take.
    let allowed: StaticString
    /// Our host as URIs of ours carry it.
    let ownHost: String
    /// Our host and port as URIs of ours carry them.
    let ownPlace: String
    /// `<sip:host:port;transport=tcp>`: our Contact towards the peer.
    let contact: [UInt8]
    /// Our host as our Via and Record-Route carry it.
    let viaHost: [UInt8]
    /// The port that goes with it.
    let viaPort: UInt16
    /// `sip:host:port;lr;t=`: our Record-Route, up to the trunks of the two sides and the mark.
    let route: [UInt8]
    /// Stands for the name in the marks of our Record-Routes: the index may be another trunk's after a restart.
    let nameHash: UInt64
    /// The User-Agent and Server that the peer sees; nil for the daemon's own.
    let userAgent: [UInt8]?

    /// Joins the parts. `gateway` defaults to a number of the trunk's own.
    public init(
        index: Int, facts: TrunkFacts, nextHop: Flow, hops: HopSet? = nil, peerHost: String? = nil,
        mode: SignallingMode = .b2bua,
        adapter: AdapterInstance? = nil, adapterBuild: String = "", normalizers: [NormalizerInstance] = [],
        routers: [RouterInstance] = [],
        timers: CallTimers = CallTimers(), session: SessionSettings = SessionSettings(),
        translation: ResponseTranslation = .none, gateway: Int? = nil,
        media: TrunkMedia = TrunkMedia(), generations: TrunkGenerations = TrunkGenerations(),
        missingPlugin: String? = nil, capacity: TrunkCapacity? = nil, requestsPerSource: Int? = nil,
        transfer: TransferPolicy = .off, redirects: RedirectionPolicy = .refuse,
        digest: DigestClient? = nil,
        registration: TrunkRegistration? = nil, users: DigestUsers? = nil
    ) {
        self.index = index
        name = facts.name
        nameHash = Array(facts.name.utf8).withUnsafeBytes { Bytes($0).hash(key: 0) }
        self.facts = facts
        self.nextHop = nextHop
        self.hops = hops ?? HopSet(nextHop)
        self.peerHost = peerHost ?? "\(nextHop.remote)"
        self.mode = mode
        self.adapter = adapter
        self.adapterBuild = adapterBuild
        hooks = adapter?.hooks ?? []
        keepsState = adapter?.keepsState ?? false
        profile = adapter?.profile ?? GatewayProfile()
        stripper = HeaderStripper(profile)
        self.normalizers = normalizers
        self.routers = routers
        self.timers = timers
        sessionTimer = SessionTimerPolicy(session, profile)
        let hasTimer = sessionTimer.use != .off
        let own = (hasTimer ? ["timer"] : []) + (transfer == .off ? [] : ["replaces", "norefersub"])
        supported = Array(own.joined(separator: ", ").utf8)
        extensions = Array((own + (profile.acceptsPRACK ? ["100rel"] : [])).joined(separator: ", ").utf8)
        allowed =
            transfer == .off
            ? "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, MESSAGE, PRACK, SUBSCRIBE, NOTIFY"
            : "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, MESSAGE, PRACK, SUBSCRIBE, NOTIFY, REFER"
        self.translation = translation
        self.gateway = gateway ?? index
        self.media = media
        self.generations = generations
        self.missingPlugin = missingPlugin
        self.capacity = capacity
        self.requestsPerSource = requestsPerSource
        self.transfer = transfer
        self.redirects = redirects
        self.digest = digest
        self.registration = registration
        self.users = users
        instance = String(nameHash, radix: 16)
        userAgent = profile.userAgent.map { Array($0.utf8) }
        let ownHost = Self.bracketed(facts.advertisedHost)
        self.ownHost = ownHost
        ownPlace = "\(ownHost):\(facts.advertisedPort)"
        let host = profile.needsFQDNContact ? facts.domain : facts.advertisedHost
        let transport = facts.transport == .udp ? "" : ";transport=\(facts.transport)"
        let user = registration.map { "\($0.contactUser)@" } ?? ""
        let mark = registration == nil ? "" : ";rinstance=\(instance)"
        contact = Array("<sip:\(user)\(Self.bracketed(host)):\(facts.advertisedPort)\(transport)\(mark)>".utf8)
        viaHost = Array(ownHost.utf8)
        route = Array("sip:\(ownHost):\(facts.advertisedPort)\(transport);lr;t=".utf8)
        viaPort = facts.advertisedPort
    }

    /// Whether an extension ends at us on this trunk.
    func supports(_ tag: Bytes) -> Bool {
        (sessionTimer.use != .off && tag.equalsIgnoringCase("timer"))
            || (profile.acceptsPRACK && tag.equalsIgnoringCase("100rel"))
            || (transfer != .off && (tag.equalsIgnoringCase("norefersub") || tag.equalsIgnoringCase("replaces")))
    }

    /// An IPv6 address needs brackets inside a URI or a Via (RFC 3261 §25.1, `IPv6reference`).
    static func bracketed(_ host: String) -> String {
        host.utf8.contains(UInt8(ascii: ":")) && host.utf8.first != UInt8(ascii: "[") ? "[\(host)]" : host
    }

    /// Whether a Request-URI is the Contact that we have registered with the peer.
    func isOwnContact(_ uri: Bytes) -> Bool {
        guard let registration, let uri = URIView(uri), uri.isSIP || uri.isSIPS else { return false }
        if let mark = uri.parameter(named: "rinstance") { return mark.string == instance }
        return uri.user.string == registration.contactUser
    }
}
