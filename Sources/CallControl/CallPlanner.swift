import TandemKit

/// Finds the plan of a call: normalizers first, then routers.
///
/// Nothing here waits: when a hook has to look something up, `advance` says what, and goes on with that very hook once `take`
/// has brought the finding. Hooks that are through are not called again. A value without side effects: the plan, its numbers
/// and its log are the caller's.
struct CallPlanner {
    private let call: CallNumber
    private let trunk: TrunkContext
    private var findings = Findings()
    /// The normalizer whose turn it is, the number that is its next, and the router whose turn it is.
    private var normalizer = 0
    private var number = 0
    private var router = 0

    /// The instance whose hook is next: who asks, when there is a look-up.
    private var asker: String {
        normalizer < trunk.normalizers.count ? trunk.normalizers[normalizer].name : trunk.routers[router].name
    }

    /// Plans a call from a trunk.
    init(call: CallNumber, from trunk: TrunkContext) {
        self.call = call
        self.trunk = trunk
    }

    /// Goes on with the plan. Returns what has to be looked up first; nil when the plan is complete.
    mutating func advance(_ plan: inout CallPlan) -> LookUp? {
        while let lookUp = ask(&plan) {
            if let failure = refusal(of: lookUp) {
                plan.failure = failure
                return nil
            }
            guard let fault = lookUp.fault else { return lookUp }
            take(.failed(fault), for: lookUp, &plan)
        }
        return nil
    }

    /// What was found for what `advance` has returned.
    ///
    /// - Parameter note: What the plan's log says beside it: how long it took.
    mutating func take(_ finding: Finding, for lookUp: LookUp, note: String = "", _ plan: inout CallPlan) {
        var finding = finding
        let room = min(Finding.byteCountMax, Findings.byteCountMax - findings.byteCount - lookUp.byteCount)
        if finding.byteCount > room {
            let sentence = "\(finding.byteCount) bytes were found, and the call has room for \(max(room, 0))"
            finding = .failed(LookUpFailure(.tooLarge, sentence))
        }
        findings.add(finding, for: lookUp)
        plan.log.append(
            DecisionEntry(
                plugin: asker, rule: "look-up", before: "\(lookUp)", after: "\(finding)",
                outcome: finding.failure == nil ? .matched : .failed,
                note: finding.failure.map { note.isEmpty ? "\($0)" : "\($0); \(note)" } ?? note))
    }

    /// Why a look-up is not done: its plugin would ask for ever.
    private func refusal(of lookUp: LookUp) -> Failure? {
        if findings[lookUp] != nil {
            return Failure(
                status: 500, diagnostic: .lookUpRefused, detail: "\(asker) asks again for what it was told: \(lookUp)")
        }
        guard findings.count >= LookUp.countMax else { return nil }
        return Failure(
            status: 500, diagnostic: .lookUpRefused,
            detail: "\(asker) asks for more than the \(LookUp.countMax) look-ups of a call: \(lookUp)")
    }

    /// Calls the hooks that are left, as far as it goes without a look-up.
    private mutating func ask(_ plan: inout CallPlan) -> LookUp? {
        if plan.failure != nil { return nil }
        do throws(NormalizationError) {
            try normalize(&plan)
        } catch {
            if error.lookUp == nil { refuse(&plan, error.failure) }
            return error.lookUp
        }
        return route(&plan)
    }

    /// Whose refusal it is stands in the log, even of a normalizer that logs nothing itself.
    private func refuse(_ plan: inout CallPlan, _ failure: Failure) {
        plan.failure = failure
        if let last = plan.log.entries.last, last.plugin == asker, last.outcome == .failed { return }
        let value =
            switch number {
            case 0: plan.called.text
            case 1: plan.identity.asserted?.text ?? ""
            case 2: plan.identity.presented?.text ?? ""
            default: plan.identity.diversions[number - 3].number.text
            }
        plan.log.append(
            DecisionEntry(
                plugin: asker, rule: "refused", before: value, after: value, outcome: .failed,
                note: failure.detail.isEmpty ? "\(failure)" : failure.detail))
    }

    private mutating func normalize(_ plan: inout CallPlan) throws(NormalizationError) {
        guard normalizer < trunk.normalizers.count else { return }
        let called = context(.called)
        let calling = context(.calling)
        let diverting = plan.identity.diversions.isEmpty ? nil : context(.diverting)
        while normalizer < trunk.normalizers.count {
            let instance = trunk.normalizers[normalizer]
            if number == 0 {
                try instance.normalize(&plan.called, in: called, log: &plan.log)
                number = 1
            }
            if number == 1 {
                if plan.identity.asserted != nil {
                    try instance.normalize(&plan.identity.asserted!, in: calling, log: &plan.log)
                }
                number = 2
            }
            if number == 2 {
                if plan.identity.presented != nil {
                    try instance.normalize(&plan.identity.presented!, in: calling, log: &plan.log)
                }
                number = 3
            }
            if let diverting {
                while number - 3 < plan.identity.diversions.count {
                    let place = number - 3
                    try instance.normalize(&plan.identity.diversions[place].number, in: diverting, log: &plan.log)
                    number += 1
                }
            }
            number = 0
            normalizer += 1
        }
    }

    private func context(_ party: NumberContext.Party) -> NumberContext {
        NumberContext(call: call, party: party, ingressTrunk: trunk.name, findings: findings)
    }

    private mutating func route(_ plan: inout CallPlan) -> LookUp? {
        let query = RouteQuery(
            call: call, ingressTrunk: trunk.name, called: plan.called, calling: plan.identity.number,
            identity: plan.identity, findings: findings)
        while router < trunk.routers.count {
            let instance = trunk.routers[router]
            switch instance.route(query, log: &plan.log) {
            case .trunks(let choices) where !choices.isEmpty:
                plan.choices = choices
                return nil
            case .reject(var failure):
                // No gateway was asked: a refusal that names no other diagnostic is the router's own.
                if failure.diagnostic == .peerRefused { failure.diagnostic = .routeRefused }
                plan.failure = failure
                return nil
            case .lookUp(let lookUp):
                return lookUp
            case .trunks, .noMatch: break
            @unknown default: break
            }
            router += 1
        }
        plan.failure =
            silentRouter(plan).map { Failure(status: 503, diagnostic: .pluginAway, detail: $0) }
            ?? Failure(status: 404, cause: .unallocatedNumber, diagnostic: .noRoute)
        return nil
    }

    /// A router whose process gave no answer: it has not said that the number isn't there. The host logs that in its name.
    private func silentRouter(_ plan: CallPlan) -> String? {
        let names = trunk.routers.map(\.name)
        return plan.log.entries.first {
            $0.outcome == .failed && $0.rule == "process" && names.contains($0.plugin)
        }?.plugin
    }
}
