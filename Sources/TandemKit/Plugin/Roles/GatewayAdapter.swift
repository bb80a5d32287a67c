/// A plugin that translates between one vendor's dialect and the canonical one.
///
/// Describe the vendor in `profile`; write hooks for what data can't say. `ingress` makes canonical what the vendor
/// sent; `egress` makes the vendor's own what the core is about to send. Each hook has a second form with the call's
/// state; implement one of the two.
public protocol GatewayAdapter: TandemPlugin {
    /// What is kept for one call; nothing by default.
    associatedtype CallState: CallStateValue = NoState

    /// What the vendor's gateway can do. Read once per instance.
    var profile: GatewayProfile { get }
    /// Which hooks do anything: `.all` unless said otherwise. Leaving one out that is implemented switches it off.
    var hooks: AdapterHooks { get }

    /// Makes a request canonical that the vendor sent.
    func ingress(_ request: inout SIPRequest, on leg: IngressLeg) throws(AdapterError)
    /// Makes a response canonical that the vendor sent.
    func ingress(_ response: inout SIPResponse, on leg: EgressLeg) throws(AdapterError)
    /// Puts a request into the vendor's dialect. The last hand on it before it is sent.
    func egress(_ request: inout SIPRequest, on leg: EgressLeg) throws(AdapterError)
    /// Puts a response into the vendor's dialect. The last hand on it before it is sent.
    func egress(_ response: inout SIPResponse, on leg: IngressLeg) throws(AdapterError)

    /// `ingress` of a request, with the call's state.
    func ingress(_ request: inout SIPRequest, on leg: IngressLeg, state: inout CallState) throws(AdapterError)
    /// `ingress` of a response, with the call's state.
    func ingress(_ response: inout SIPResponse, on leg: EgressLeg, state: inout CallState) throws(AdapterError)
    /// `egress` of a request, with the call's state.
    func egress(_ request: inout SIPRequest, on leg: EgressLeg, state: inout CallState) throws(AdapterError)
    /// `egress` of a response, with the call's state.
    func egress(_ response: inout SIPResponse, on leg: IngressLeg, state: inout CallState) throws(AdapterError)
}

extension GatewayAdapter {
    /// Every hook is called.
    public var hooks: AdapterHooks { .all }
    /// The defaults of `GatewayProfile`.
    public var profile: GatewayProfile { GatewayProfile() }

    /// Leaves the request as it is.
    public func ingress(_ request: inout SIPRequest, on leg: IngressLeg) throws(AdapterError) {}
    /// Leaves the response as it is.
    public func ingress(_ response: inout SIPResponse, on leg: EgressLeg) throws(AdapterError) {}
    /// Leaves the request as it is.
    public func egress(_ request: inout SIPRequest, on leg: EgressLeg) throws(AdapterError) {}
    /// Leaves the response as it is.
    public func egress(_ response: inout SIPResponse, on leg: IngressLeg) throws(AdapterError) {}

    /// Calls the form without state.
    public func ingress(_ request: inout SIPRequest, on leg: IngressLeg, state: inout CallState) throws(AdapterError) {
        try ingress(&request, on: leg)
    }
    /// Calls the form without state.
    public func ingress(_ response: inout SIPResponse, on leg: EgressLeg, state: inout CallState) throws(AdapterError) {
        try ingress(&response, on: leg)
    }
    /// Calls the form without state.
    public func egress(_ request: inout SIPRequest, on leg: EgressLeg, state: inout CallState) throws(AdapterError) {
        try egress(&request, on: leg)
    }
    /// Calls the form without state.
    public func egress(_ response: inout SIPResponse, on leg: IngressLeg, state: inout CallState) throws(AdapterError) {
        try egress(&response, on: leg)
    }
}
