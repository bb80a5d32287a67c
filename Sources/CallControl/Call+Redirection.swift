import SIPTransaction
import TandemKit
import Timing

/// What becomes of a 3xx (RFC 3261 §8.1.3.4).
extension Call {
    /// Follows a 3xx where its trunk says so. Returns false when it is not followed.
    func follows(_ response: SIPResponse, _ attempt: Attempt, _ failure: Failure) -> Bool {
        guard attempt.trunk.redirects == .follow, response.status / 100 == 3 else { return false }
        // Who has an answer that it acknowledged can't be given another.
        guard callerLeg?.progress?.description == nil else { return false }
        guard redirectionCount < engine.limits.redirections else {
            engine.counters.refusedRedirections &+= 1
            plan.log.chose("refused", rule: "redirection", note: "the call was redirected \(redirectionCount) times")
            return false
        }
        let targets = Redirection.targets(of: response)
        guard !targets.isEmpty else { return false }
        redirectionCount += 1
        let diverter = plan.choices[attempt.choice].called ?? plan.called
        plan.log.chose(
            targets.map(\.received).joined(separator: ", "), rule: "redirection",
            note: "\(attempt.trunk.name) answers \(response.status)")
        plan.identity.diversions.append(DiversionEntry(number: diverter, reason: Self.reason(of: response)))
        plan.choices.removeSubrange(nextChoice...)
        redirection = Redirection(from: attempt.trunk, failure, targets: targets, plan: .empty)
        return true
    }

    /// Whether a choice of a redirected call is for another number than the one before: a gateway that was tried for one may
    /// serve another.
    func leadsElsewhere(_ choice: Int) -> Bool {
        guard redirectionCount > 0, choice > 0 else { return false }
        return plan.choices[choice].called?.text != plan.choices[choice - 1].called?.text
    }

    /// Why a call is sent elsewhere, as far as its 3xx says (RFC 5806).
    private static func reason(of response: SIPResponse) -> DiversionEntry.Reason {
        let told = response.headers[all: Diversion.self].first?.reason.flatMap { DiversionEntry.Reason(rawValue: $0) }
        return told ?? (response.status == 302 ? .unconditional : .unknown)
    }

    /// Plans the calls to the numbers that are left, and begins with the first that can be called.
    func goOnRedirecting() {
        while let redirection, let target = redirection.targets.popLast() {
            let diverter = plan.identity.diversions.last?.number
            redirection.plan = CallPlan(
                of: target, Identity(asserted: diverter, presented: diverter), from: redirection.trunk,
                isExplaining: engine.isExplaining)
            guard goOnPlanning(redirection, CallPlanner(call: number, from: redirection.trunk)) else { return }
        }
        guard let failure = redirection?.failure else { return }
        redirection = nil
        nextChoice < plan.choices.count ? tryNextTrunk() : fail(failure)
    }

    /// Goes on with the plan of one number. Returns false when something has to be looked up first.
    private func goOnPlanning(_ redirection: Redirection, _ planner: CallPlanner) -> Bool {
        var planner = planner
        if let lookUp = planner.advance(&redirection.plan) {
            wait = engine.await(lookUp, for: planner, .lookUpTimer, handle)
            return false
        }
        for entry in redirection.plan.log.entries { plan.log.append(entry) }
        if let failure = redirection.plan.failure {
            engine.count(failure)
            plan.log.chose("skipped", rule: "redirection", note: failure.description)
        }
        for choice in redirection.plan.choices {
            plan.choices.append(
                TrunkChoice(
                    trunk: choice.trunk, called: choice.called ?? redirection.plan.called, calling: choice.calling,
                    failover: choice.failover))
        }
        return true
    }

    /// What was found for the plan of a redirection.
    func received(_ finding: Finding, _ wait: PlanWait, redirecting redirection: Redirection) {
        let planner = engine.planner(of: wait, with: finding, &redirection.plan)
        if goOnPlanning(redirection, planner) { goOnRedirecting() }
    }

    /// A 3xx as the caller may have it: each number that it names, at our address on the caller's trunk.
    func readdress(_ response: inout SIPResponse) {
        let targets = Redirection.targets(of: response)
        response.headers.removeAll(.contact)
        for target in targets {
            let uri = target.sipURI(at: ingress.ownHost, profile: ingress.profile)
            let contact = Array("<\(uri)>".utf8)
            contact.withUnsafeBytes { response.headers.append(.contact, Bytes($0)) }
        }
    }
}
