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
        if trunk.stripsFields { request.headers.strip(for: trunk.profile) }
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
        if leg.trunk.stripsFields { response.headers.strip(for: leg.trunk.profile) }
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
