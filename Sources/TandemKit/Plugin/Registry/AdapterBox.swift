/// Joins one adapter type to `AdapterInstance`, and its typed call state to bytes.
final class AdapterBox<Adapter: GatewayAdapter>: AdapterInstance, @unchecked Sendable {
    private let adapter: Adapter
    private let hasState = Adapter.CallState.self != NoState.self

    init(_ adapter: Adapter, name: String) {
        self.adapter = adapter
        super.init(
            name: name, profile: adapter.profile, hooks: adapter.hooks,
            keepsState: Adapter.CallState.self != NoState.self, warnings: adapter.warnings)
    }

    override func receive(
        _ request: inout SIPRequest, _ leg: IngressLeg, _ state: inout PluginState
    ) throws(AdapterError) {
        var callState = try open(state)
        try adapter.ingress(&request, on: leg, state: &callState)
        try close(callState, into: &state)
    }

    override func receive(
        _ response: inout SIPResponse, _ leg: EgressLeg, _ state: inout PluginState
    ) throws(AdapterError) {
        var callState = try open(state)
        try adapter.ingress(&response, on: leg, state: &callState)
        try close(callState, into: &state)
    }

    override func send(
        _ request: inout SIPRequest, _ leg: EgressLeg, _ state: inout PluginState
    ) throws(AdapterError) {
        var callState = try open(state)
        try adapter.egress(&request, on: leg, state: &callState)
        try close(callState, into: &state)
    }

    override func send(
        _ response: inout SIPResponse, _ leg: IngressLeg, _ state: inout PluginState
    ) throws(AdapterError) {
        var callState = try open(state)
        try adapter.egress(&response, on: leg, state: &callState)
        try close(callState, into: &state)
    }

    private func open(_ state: PluginState) throws(AdapterError) -> Adapter.CallState {
        guard hasState, !state.bytes.isEmpty else { return Adapter.CallState() }
        do { return try CompactJSON.decode(Adapter.CallState.self, from: state.bytes) } catch {
            throw AdapterError("The adapter \(name) can't read its state of this call: \(error)")
        }
    }

    private func close(_ callState: Adapter.CallState, into state: inout PluginState) throws(AdapterError) {
        guard hasState else { return }
        let bytes: [UInt8]
        do { bytes = try CompactJSON.encode(callState) } catch {
            throw AdapterError("The adapter \(name) can't write its state of this call: \(error)")
        }
        guard bytes.count <= PluginState.byteCountMax else {
            throw AdapterError(
                "The adapter \(name) wants to keep \(bytes.count) bytes for one call; keep at most "
                    + "\(PluginState.byteCountMax).",
                diagnostic: .stateTooLarge)
        }
        state.bytes = bytes
    }
}
