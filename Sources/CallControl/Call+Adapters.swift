import TandemKit

/// The hooks of the trunks' adapters: once for each message, in the direction it has.
extension Call {
    /// What the party of a leg has sent becomes canonical.
    func adapt(_ request: inout SIPRequest, from leg: Leg) throws(AdapterError) {
        guard let adapter = leg.trunk.adapter, adapter.hooks.contains(.ingressRequest) else { return }
        let place = state(of: adapter)
        try adapter.ingress(&request, on: leg.ingressFacts, state: &states[place].state)
    }

    /// What a callee has answered becomes canonical.
    func adapt(_ response: inout SIPResponse, from trunk: TrunkContext, facts: EgressLeg) throws(AdapterError) {
        guard let adapter = trunk.adapter, adapter.hooks.contains(.ingressResponse) else { return }
        let place = state(of: adapter)
        try adapter.ingress(&response, on: facts, state: &states[place].state)
    }

    /// What is about to be sent to a trunk takes its peer's dialect.
    func adapt(_ request: inout SIPRequest, to trunk: TrunkContext, facts: EgressLeg) throws(AdapterError) {
        trunk.stripper.strip(&request.headers)
        guard let adapter = trunk.adapter, adapter.hooks.contains(.egressRequest) else { return }
        let place = state(of: adapter)
        try adapter.egress(&request, on: facts, state: &states[place].state)
    }

    /// What is about to be sent inside a dialog takes the party's dialect.
    func adapt(_ request: inout SIPRequest, to leg: Leg) throws(AdapterError) {
        try adapt(&request, to: leg.trunk, facts: leg.egressFacts)
    }

    /// What is about to be answered takes the party's dialect.
    func adapt(_ response: inout SIPResponse, to leg: Leg) throws(AdapterError) {
        leg.trunk.stripper.strip(&response.headers)
        guard let adapter = leg.trunk.adapter, adapter.hooks.contains(.egressResponse) else { return }
        let place = state(of: adapter)
        try adapter.egress(&response, on: leg.ingressFacts, state: &states[place].state)
    }

    /// Where this call's state of an adapter instance is kept. One place serves all adapters that keep none.
    private func state(of adapter: AdapterInstance) -> Int {
        for index in states.indices where states[index].adapter === adapter || !adapter.keepsState {
            if states[index].adapter.keepsState == adapter.keepsState { return index }
        }
        states.append(AdapterState(adapter: adapter, state: PluginState()))
        return states.count - 1
    }
}
