/// An adapter behind one class, so that the core calls it without a generic parameter or an existential.
///
/// One call per hook. Look at `hooks` first: a hook that does nothing need not be called.
public class AdapterInstance: @unchecked Sendable {  // immutable; the plugin inside is Sendable
    /// The name of the instance in the configuration.
    public let name: String
    /// What the vendor's gateway can do.
    public let profile: GatewayProfile
    /// Which hooks do anything.
    public let hooks: AdapterHooks
    /// Whether the adapter keeps state for each call. When not, one `PluginState` may serve all.
    public let keepsState: Bool
    /// What is allowed in its settings but probably not meant, one sentence each.
    public let warnings: [String]

    init(name: String, profile: GatewayProfile, hooks: AdapterHooks, keepsState: Bool, warnings: [String] = []) {
        self.name = name
        self.profile = profile
        self.hooks = hooks
        self.keepsState = keepsState
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
    ) throws(AdapterError) {}

    /// Makes a response canonical that the trunk's peer sent.
    public func ingress(
        _ response: inout SIPResponse, on leg: EgressLeg, state: inout PluginState
    ) throws(AdapterError) {}

    /// Puts a request into the dialect of the trunk's peer.
    public func egress(
        _ request: inout SIPRequest, on leg: EgressLeg, state: inout PluginState
    ) throws(AdapterError) {}

    /// Puts a response into the dialect of the trunk's peer.
    public func egress(
        _ response: inout SIPResponse, on leg: IngressLeg, state: inout PluginState
    ) throws(AdapterError) {}
}
