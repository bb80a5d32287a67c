public import TandemKit

/// What was decided about a call before anything is sent: the numbers after normalization and the trunks to try.
public struct CallPlan: Sendable, Hashable {
    /// The called number, with every step that changed it.
    public var called: PhoneNumber
    /// Who calls, its numbers normalized.
    public var identity: Identity
    /// The trunks to try, in order; empty when `failure` is set.
    public var choices: [TrunkChoice]
    /// Why the call can't go on; nil when it can.
    public var failure: Failure?
    /// How all that was found.
    public var log: DecisionLog
}

/// Finds the plan of a call: normalizers first, then routers. A pure function: the engine asks it for each INVITE and
/// `tandem explain` for a call that never happens.
public enum CallPlanner {
    /// Plans a call from a trunk.
    ///
    /// - Parameters:
    ///   - call: The call's number; `CallNumber(raw: 0)` for an explanation.
    ///   - trunk: The trunk the call comes from.
    ///   - called: The number the caller has dialled, as received.
    ///   - identity: Who calls, as received.
    ///   - isExplaining: Whether rules that don't match are recorded too.
    public static func plan(
        call: CallNumber, from trunk: TrunkContext, called: consuming PhoneNumber, identity: consuming Identity,
        isExplaining: Bool = false
    ) -> CallPlan {
        var plan = CallPlan(
            called: called, identity: identity, choices: [], log: DecisionLog(isExplaining: isExplaining))
        plan.failure = trunk.missingPluginFailure
        if plan.failure != nil { return plan }
        do throws(NormalizationError) {
            try normalize(&plan, call: call, trunk: trunk)
            route(&plan, call: call, trunk: trunk)
        } catch {
            plan.failure = error.failure
        }
        return plan
    }

    private static func normalize(
        _ plan: inout CallPlan, call: CallNumber, trunk: TrunkContext
    ) throws(NormalizationError) {
        if trunk.normalizers.isEmpty { return }
        let called = NumberContext(call: call, party: .called, ingressTrunk: trunk.name)
        let calling = NumberContext(call: call, party: .calling, ingressTrunk: trunk.name)
        let diverting =
            plan.identity.diversions.isEmpty
            ? nil : NumberContext(call: call, party: .diverting, ingressTrunk: trunk.name)
        for normalizer in trunk.normalizers {
            try normalizer.normalize(&plan.called, in: called, log: &plan.log)
            if plan.identity.asserted != nil {
                try normalizer.normalize(&plan.identity.asserted!, in: calling, log: &plan.log)
            }
            if plan.identity.presented != nil {
                try normalizer.normalize(&plan.identity.presented!, in: calling, log: &plan.log)
            }
            guard let diverting else { continue }
            for index in plan.identity.diversions.indices {
                try normalizer.normalize(&plan.identity.diversions[index].number, in: diverting, log: &plan.log)
            }
        }
    }

    private static func route(_ plan: inout CallPlan, call: CallNumber, trunk: TrunkContext) {
        let query = RouteQuery(
            call: call, ingressTrunk: trunk.name, called: plan.called, calling: plan.identity.number,
            identity: plan.identity)
        for router in trunk.routers {
            switch router.route(query, log: &plan.log) {
            case .trunks(let choices) where !choices.isEmpty:
                plan.choices = choices
                return
            case .reject(let failure):
                plan.failure = failure
                return
            case .trunks, .noMatch:
                continue
            @unknown default:
                continue
            }
        }
        plan.failure = Failure(status: 404, cause: .unallocatedNumber, diagnostic: .noRoute)
    }
}

extension CallPlan {
    /// Nothing decided yet.
    static let empty = CallPlan(called: PhoneNumber(""), identity: Identity(), choices: [], log: DecisionLog())
}
