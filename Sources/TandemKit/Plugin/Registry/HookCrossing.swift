/// Runs the hooks of one instance somewhere else. The host's process tier is one: what the core calls is then an instance of
/// `PluginInstance.crossing`, which knows nothing of the plugin's code.
///
/// Called on any thread, and on several at once. Each does what the plugin's hook does, or what the operator wants to happen
/// when the plugin can't be asked.
public protocol HookCrossing: Sendable {
    /// A request of the trunk's peer becomes canonical.
    func ingress(_ request: inout SIPRequest, on leg: IngressLeg, state: inout PluginState) throws(AdapterError)
    /// A response of the trunk's peer becomes canonical.
    func ingress(_ response: inout SIPResponse, on leg: EgressLeg, state: inout PluginState) throws(AdapterError)
    /// A request takes the dialect of the trunk's peer.
    func egress(_ request: inout SIPRequest, on leg: EgressLeg, state: inout PluginState) throws(AdapterError)
    /// A response takes the dialect of the trunk's peer.
    func egress(_ response: inout SIPResponse, on leg: IngressLeg, state: inout PluginState) throws(AdapterError)
    /// A number is changed.
    func normalize(
        _ number: inout PhoneNumber, in context: NumberContext, log: inout DecisionLog
    ) throws(NormalizationError)
    /// A call is routed.
    func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision
    /// Something has happened to a call.
    func observe(_ event: CallEvent)
}

/// What is to be known of an instance whose hooks run elsewhere.
public struct RemoteInstanceFacts: Sendable, Codable {
    /// What it is for.
    public var role: PluginRole
    /// What is allowed in its settings but probably not meant.
    public var warnings: [String]
    /// An adapter's profile.
    public var profile: GatewayProfile
    /// The hooks of an adapter that do anything, its SDP conversions included.
    public var hooks: AdapterHooks
    /// Whether an adapter keeps something for each call.
    public var keepsState: Bool
    /// The trunks that a router may name.
    public var trunks: [String]

    /// The facts of an instance that lives here.
    public init(of instance: PluginInstance) {
        role = instance.role
        warnings = instance.warnings
        profile = GatewayProfile()
        hooks = []
        keepsState = false
        trunks = []
        switch instance {
        case .adapter(let adapter):
            (profile, hooks, keepsState) = (adapter.profile, adapter.hooks, adapter.keepsState)
        case .router(let router): trunks = router.trunks
        case .normalizer, .observer: break
        }
    }
}

extension PluginInstance {
    /// An instance whose hooks run elsewhere.
    public static func crossing(
        _ crossing: any HookCrossing, named name: String, facts: RemoteInstanceFacts
    ) -> PluginInstance? {
        switch facts.role {
        case .adapter: .adapter(CrossingAdapter(crossing, name: name, facts: facts))
        case .normalizer: .normalizer(CrossingNormalizer(crossing, name: name, facts: facts))
        case .router: .router(CrossingRouter(crossing, name: name, facts: facts))
        case .observer: .observer(CrossingObserver(crossing, name: name, facts: facts))
        default: nil
        }
    }
}

private final class CrossingAdapter: AdapterInstance, @unchecked Sendable {
    private let crossing: any HookCrossing

    init(_ crossing: any HookCrossing, name: String, facts: RemoteInstanceFacts) {
        self.crossing = crossing
        super.init(
            name: name, profile: facts.profile, hooks: facts.hooks, keepsState: facts.keepsState,
            warnings: facts.warnings, appliesDialect: false)
    }

    override func receive(
        _ request: inout SIPRequest, _ leg: IngressLeg, _ state: inout PluginState
    ) throws(AdapterError) { try crossing.ingress(&request, on: leg, state: &state) }

    override func receive(
        _ response: inout SIPResponse, _ leg: EgressLeg, _ state: inout PluginState
    ) throws(AdapterError) { try crossing.ingress(&response, on: leg, state: &state) }

    override func send(
        _ request: inout SIPRequest, _ leg: EgressLeg, _ state: inout PluginState
    ) throws(AdapterError) { try crossing.egress(&request, on: leg, state: &state) }

    override func send(
        _ response: inout SIPResponse, _ leg: IngressLeg, _ state: inout PluginState
    ) throws(AdapterError) { try crossing.egress(&response, on: leg, state: &state) }
}

private final class CrossingNormalizer: NormalizerInstance, @unchecked Sendable {
    private let crossing: any HookCrossing

    init(_ crossing: any HookCrossing, name: String, facts: RemoteInstanceFacts) {
        self.crossing = crossing
        super.init(name: name, warnings: facts.warnings)
    }

    override func call(
        _ number: inout PhoneNumber, _ context: NumberContext, _ log: inout DecisionLog
    ) throws(NormalizationError) { try crossing.normalize(&number, in: context, log: &log) }
}

private final class CrossingRouter: RouterInstance, @unchecked Sendable {
    private let crossing: any HookCrossing

    init(_ crossing: any HookCrossing, name: String, facts: RemoteInstanceFacts) {
        self.crossing = crossing
        super.init(name: name, warnings: facts.warnings, trunks: facts.trunks)
    }

    override func call(_ query: RouteQuery, _ log: inout DecisionLog) -> RouteDecision {
        crossing.route(query, log: &log)
    }
}

private final class CrossingObserver: ObserverInstance, @unchecked Sendable {
    private let crossing: any HookCrossing

    init(_ crossing: any HookCrossing, name: String, facts: RemoteInstanceFacts) {
        self.crossing = crossing
        super.init(name: name, warnings: facts.warnings)
    }

    override func observe(_ event: CallEvent) { crossing.observe(event) }
}
