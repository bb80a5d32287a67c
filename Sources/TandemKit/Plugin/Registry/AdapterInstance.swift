/// An adapter behind one class, so that the core calls it without a generic parameter or an existential.
///
/// One call per hook. Look at `hooks` first: a hook that does nothing need not be called. Hold and SRTP of the profile
/// are applied here, between the canonical form and the adapter's own hook.
public class AdapterInstance: @unchecked Sendable {  // immutable once made; the plugin inside is Sendable
    /// The name of the instance in the configuration.
    public let name: String
    /// What the vendor's gateway can do.
    public let profile: GatewayProfile
    /// Which hooks do anything: those of the adapter, and all of them when the profile concerns SDP.
    public let hooks: AdapterHooks
    /// Whether something is kept for each call. When not, one `PluginState` may serve all.
    public let keepsState: Bool
    /// What is allowed in its settings but probably not meant, one sentence each.
    public let warnings: [String]
    /// Ends its services with it; set once, before it is called.
    final var life: ServiceLife?
    private let adapterHooks: AdapterHooks
    private let dialect: SDPDialect?
    /// The same over TCP, where whoever reads a description has its keys.
    private let openDialect: SDPDialect?

    /// - Parameter appliesDialect: Whether hold and SRTP are done here; not when the hooks run elsewhere, and that with them.
    init(
        name: String, profile: GatewayProfile, hooks: AdapterHooks, keepsState: Bool, warnings: [String] = [],
        appliesDialect: Bool = true
    ) {
        self.name = name
        self.profile = profile
        let dialect = SDPDialect(appliesDialect ? profile : GatewayProfile())
        self.dialect = dialect.isTransparent ? nil : dialect
        openDialect = dialect.isTransparent ? nil : dialect.withoutProtection
        adapterHooks = hooks
        self.hooks = dialect.isTransparent ? hooks : .all
        self.keepsState = keepsState || !dialect.isTransparent
        self.warnings = warnings
    }

    /// Wraps an adapter.
    public static func of<Type: GatewayAdapter>(_ adapter: Type, named name: String) -> AdapterInstance {
        AdapterBox(adapter, name: name)
    }

    /// The adapter of a trunk that names none: the default profile and no hooks.
    public static func plain(named name: String = "plain") -> AdapterInstance {
        AdapterInstance(name: name, profile: GatewayProfile(), hooks: [], keepsState: false)
    }

    /// Makes a request canonical that the trunk's peer sent.
    public func ingress(
        _ request: inout SIPRequest, on leg: IngressLeg, state: inout PluginState
    ) throws(AdapterError) {
        if adapterHooks.contains(.ingressRequest) { try receive(&request, leg, &state) }
        if let dialect = dialect(on: leg.trunk) { try dialect.readRequest(&request, &state.sdp) }
    }

    /// Makes a response canonical that the trunk's peer sent.
    public func ingress(
        _ response: inout SIPResponse, on leg: EgressLeg, state: inout PluginState
    ) throws(AdapterError) {
        if adapterHooks.contains(.ingressResponse) { try receive(&response, leg, &state) }
        if let dialect = dialect(on: leg.trunk) { try dialect.readResponse(&response, state.sdp) }
    }

    /// Puts a request into the dialect of the trunk's peer.
    public func egress(
        _ request: inout SIPRequest, on leg: EgressLeg, state: inout PluginState
    ) throws(AdapterError) {
        if let dialect = dialect(on: leg.trunk) { try dialect.writeRequest(&request, &state.sdp) }
        if adapterHooks.contains(.egressRequest) { try send(&request, leg, &state) }
    }

    /// Puts a response into the dialect of the trunk's peer.
    public func egress(
        _ response: inout SIPResponse, on leg: IngressLeg, state: inout PluginState
    ) throws(AdapterError) {
        if let dialect = dialect(on: leg.trunk) { try dialect.writeResponse(&response, &state.sdp) }
        if adapterHooks.contains(.egressResponse) { try send(&response, leg, &state) }
    }

    private func dialect(on trunk: TrunkFacts) -> SDPDialect? { trunk.transport == .tcp ? openDialect : dialect }

    func receive(_ request: inout SIPRequest, _ leg: IngressLeg, _ state: inout PluginState) throws(AdapterError) {}
    func receive(_ response: inout SIPResponse, _ leg: EgressLeg, _ state: inout PluginState) throws(AdapterError) {}
    func send(_ request: inout SIPRequest, _ leg: EgressLeg, _ state: inout PluginState) throws(AdapterError) {}
    func send(_ response: inout SIPResponse, _ leg: IngressLeg, _ state: inout PluginState) throws(AdapterError) {}
}
