import MessageMutation
import TandemKit

/// A normalizer and the numbers of calls.
struct NormalizerSubject: HookSubject {
    private let instance: NormalizerInstance
    private let seed: UInt64
    private var number = PhoneNumber("")
    private var context: NumberContext

    init(_ instance: NormalizerInstance, seed: UInt64) {
        self.instance = instance
        self.seed = seed
        context = NumberContext(call: CallNumber(raw: 1), party: .called, ingressTrunk: "other")
    }

    mutating func prepare(_ index: Int) {
        var values = HostileValues(seed: seed, index: index)
        let parties: [NumberContext.Party] = [.called, .calling, .diverting]
        context = NumberContext(
            call: CallNumber(raw: UInt64(index + 1)), party: parties[index % 3], ingressTrunk: values.trunk())
        number = values.number()
    }

    mutating func call() -> Bool {
        var log = DecisionLog(isExplaining: true)
        var findings = Findings()
        while true {
            let asked = NumberContext(
                call: context.call, party: context.party, ingressTrunk: context.ingressTrunk, findings: findings)
            do throws(NormalizationError) {
                try instance.normalize(&number, in: asked, log: &log)
                return true
            } catch {
                guard let lookUp = error.lookUp, findings.takesHostile(lookUp, for: context.call) else { return false }
            }
        }
    }

    func fault() -> String? { nil }
}

/// A router and what it is asked.
struct RouterSubject: HookSubject {
    private let instance: RouterInstance
    private let seed: UInt64
    private var query: RouteQuery
    private var decision = RouteDecision.noMatch

    init(_ instance: RouterInstance, seed: UInt64) {
        self.instance = instance
        self.seed = seed
        query = RouteQuery(
            call: CallNumber(raw: 1), ingressTrunk: "other", called: PhoneNumber(""), calling: nil, identity: Identity()
        )
    }

    mutating func prepare(_ index: Int) {
        var values = HostileValues(seed: seed, index: index)
        let calling = index % 5 == 0 ? nil : values.number()
        let identity = Identity(
            asserted: calling, assertedHost: values.text(), presented: values.number(), presentedHost: "example.com",
            displayName: index % 3 == 0 ? nil : values.text(), privacy: Privacy(rawValue: UInt8(index & 63)))
        query = RouteQuery(
            call: CallNumber(raw: UInt64(index + 1)), ingressTrunk: values.trunk(), called: values.number(),
            calling: calling, identity: identity)
    }

    mutating func call() -> Bool {
        var log = DecisionLog(isExplaining: true)
        var findings = Findings()
        while true {
            decision = instance.route(
                RouteQuery(
                    call: query.call, ingressTrunk: query.ingressTrunk, called: query.called, calling: query.calling,
                    identity: query.identity, findings: findings), log: &log)
            switch decision {
            case .lookUp(let lookUp) where findings.takesHostile(lookUp, for: query.call): continue
            case .reject, .lookUp: return false
            default: return true
            }
        }
    }

    func fault() -> String? {
        guard case .trunks(let choices) = decision, !instance.trunks.isEmpty,
            let stray = choices.first(where: { !instance.trunks.contains($0.trunk) })
        else { return nil }
        return "it names the trunk '\(stray.trunk)', which its property trunks doesn't list"
    }
}

/// An observer and the events of calls.
struct ObserverSubject: HookSubject {
    private let instance: ObserverInstance
    private let seed: UInt64
    private var event: CallEvent

    init(_ instance: ObserverInstance, seed: UInt64) {
        self.instance = instance
        self.seed = seed
        event = CallEvent(call: CallNumber(raw: 1), nanoseconds: 0, kind: .held(false))
    }

    mutating func prepare(_ index: Int) {
        var values = HostileValues(seed: seed, index: index)
        let call = CallNumber(raw: UInt64(index / HookTrial.valuesPerCall + 1))
        let (kind, time) = (values.event(index), UInt64(index) * 1_000_003)
        var summary: CallSummary?
        if case .ended = kind {
            summary = CallSummary(
                ingressTrunk: values.trunk(), egressTrunk: index % 2 == 0 ? values.trunk() : nil, attempts: index % 3,
                called: values.number(), calling: index % 5 == 0 ? nil : values.number(), began: time,
                answered: index % 2 == 0 ? time + 1 : nil, ended: time + 2, endedBy: .callee)
        }
        event = CallEvent(call: call, nanoseconds: time, time: time, kind: kind, summary: summary)
    }

    mutating func call() -> Bool {
        instance.observe(event)
        return true
    }

    func fault() -> String? { nil }
}
