import TandemKit

/// The hooks of the trunks' adapters: once for each message, in the direction it has.
extension Call {
    /// What the party of a leg has sent becomes canonical.
    func adapt(_ request: inout SIPRequest, from leg: Leg) throws(AdapterError) {
        guard leg.trunk.hooks.contains(.ingressRequest), let adapter = leg.trunk.adapter else { return }
        try withState(of: adapter, on: leg.trunk) { (state) throws(AdapterError) in
            try adapter.ingress(&request, on: leg.ingressFacts, state: &state)
        }
    }

    /// What a callee has answered becomes canonical.
    func adapt(_ response: inout SIPResponse, from trunk: TrunkContext, facts: EgressLeg) throws(AdapterError) {
        guard trunk.hooks.contains(.ingressResponse), let adapter = trunk.adapter else { return }
        try withState(of: adapter, on: trunk) { (state) throws(AdapterError) in
            let before = kind(of: response)
            try adapter.ingress(&response, on: facts, state: &state)
            try expect(before, of: response, adapter)
        }
    }

    /// What is about to be sent to a trunk takes its peer's dialect.
    func adapt(_ request: inout SIPRequest, to trunk: TrunkContext, facts: EgressLeg) throws(AdapterError) {
        trunk.stripper.strip(&request.headers)
        guard trunk.hooks.contains(.egressRequest), let adapter = trunk.adapter else { return }
        try withState(of: adapter, on: trunk) { (state) throws(AdapterError) in
            try adapter.egress(&request, on: facts, state: &state)
        }
    }

    /// What is about to be sent inside a dialog takes the party's dialect.
    func adapt(_ request: inout SIPRequest, to leg: Leg) throws(AdapterError) {
        try adapt(&request, to: leg.trunk, facts: leg.egressFacts)
    }

    /// What is about to be answered takes the party's dialect.
    func adapt(_ response: inout SIPResponse, to leg: Leg) throws(AdapterError) {
        leg.trunk.stripper.strip(&response.headers)
        guard leg.trunk.hooks.contains(.egressResponse), let adapter = leg.trunk.adapter else { return }
        try withState(of: adapter, on: leg.trunk) { (state) throws(AdapterError) in
            let before = kind(of: response)
            try adapter.egress(&response, on: leg.ingressFacts, state: &state)
            try expect(before, of: response, adapter)
        }
    }

    /// What a response says, whatever its status is exactly: 1 that there is more to come, 2 yes, 3 no; 0 for no status of SIP's.
    private func kind(of response: SIPResponse) -> Int {
        switch response.status {
        case 100...199: 1
        case 200...299: 2
        case 300...699: 3
        default: 0
        }
    }

    /// A status may be made another one. A transaction whose final response was made a provisional one would never end.
    private func expect(_ kind: Int, of response: SIPResponse, _ adapter: AdapterInstance) throws(AdapterError) {
        guard self.kind(of: response) != kind else { return }
        throw AdapterError(
            "\(adapter.name) has made a response say something else: its status is \(response.status) now")
    }

    /// Runs a hook on what this call keeps for an adapter. One empty state serves all adapters that keep none. Of a hook that
    /// is passed by the call's story tells.
    @inline(__always)
    private func withState(
        of adapter: AdapterInstance, on trunk: TrunkContext,
        _ hook: (inout PluginState) throws(AdapterError) -> Void
    ) throws(AdapterError) {
        do throws(AdapterError) {
            guard trunk.keepsState else { return try hook(&engine.noState) }
            let place = place(of: adapter)
            try hook(&states[place].state)
        } catch {
            guard error.passesBy else { throw error }
            passedBy(adapter, on: trunk, error.failure)
        }
    }

    /// Most hooks that were passed by of which a call's story tells.
    private static var passedByMost: Int { 8 }

    private func passedBy(_ adapter: AdapterInstance, on trunk: TrunkContext, _ failure: Failure) {
        guard plan.log.entries.count(where: { $0.rule == "passed by" }) < Self.passedByMost else { return }
        plan.log.append(
            DecisionEntry(
                plugin: adapter.name, rule: "passed by", before: trunk.name, after: "", outcome: .failed,
                note: "\(failure.detail): the message goes on as it was"))
    }

    /// Where this call's state of an adapter instance is kept.
    private func place(of adapter: AdapterInstance) -> Int {
        for index in states.indices where states[index].adapter === adapter { return index }
        states.append(AdapterState(adapter: adapter, state: PluginState()))
        return states.count - 1
    }
}
