public import Admin
import CallControl
import Configuration
import LookUps
import PlainText
import SIPTransaction
import ServerLocation
import TandemKit
import Timing
import Trunks

/// Says what would become of a call, without placing one.
///
/// An engine of its own, without sockets, takes an INVITE as the trunk would send it; each attempt that it makes is
/// failed, so that the next one shows itself. So the answer is what the daemon would do, adapters included, and not a
/// second opinion. What its plugins look up is really looked up. Confined to one thread.
public struct Explainer {
    private let checked: CheckedConfiguration

    /// An explainer for a configuration.
    public init(_ checked: CheckedConfiguration) { self.checked = checked }

    /// Explains a call.
    /// - Parameters:
    ///   - from: the caller's number; `anonymous` for a caller without one.
    ///   - to: the dialled number.
    ///   - trunk: the trunk that the call comes from; nil for the first that has a router.
    /// - Throws: when there is no such trunk, or the numbers can't stand in a URI.
    public func explain(from: String, to: String, trunk name: String?) throws(AdminFailure) -> Explanation {
        let index = try ingress(name)
        let builder = EngineBuilder(checked: checked, locations: checked.settings.trunks.map(Self.location))
        var configuration = builder.configuration()
        configuration.matcher = OneTrunk(index: index, table: configuration.matcher)
        configuration.relaysMedia = false  // there is no relay here that the call could wait for
        let engine = CallEngine(
            shard: 0, key: (0, 0), routeKey: (0, 0), configuration: configuration, timers: builder.timers,
            trace: TraceRing(capacity: 1 << 20), now: Timestamp(nanoseconds: 0))
        engine.isExplaining = true
        let trial = TrialCall(
            engine: engine, ingress: configuration.trunks[index],
            lookUps: LookUpDesk(checked.settings.lookUps.map(LookUpSource.init)))
        guard let story = trial.run(from: from, to: to) else {
            throw AdminFailure(
                "from \"\(PlainText.excerpt(from))\" to \"\(PlainText.excerpt(to))\" is no call that a phone could place",
                remedy: "write numbers or user names without spaces")
        }
        return explanation(of: story, trial.invites, trunk: checked.settings.trunks[index].name)
    }

    private func ingress(_ name: String?) throws(AdminFailure) -> Int {
        let trunks = checked.settings.trunks
        guard let name else {
            if let index = trunks.firstIndex(where: { $0.router != nil }) { return index }
            throw AdminFailure("no trunk has a router", remedy: "add router: to the trunk that calls come from")
        }
        if let index = trunks.firstIndex(where: { $0.name == name }) { return index }
        let names = trunks.map(\.name)
        let remedy = NearestName.of(name, among: names).map { "did you mean \"\($0)\"?" }
        throw AdminFailure(
            "there is no trunk \"\(PlainText.excerpt(name))\"",
            remedy: remedy ?? "the trunks are \(names.joined(separator: ", "))")
    }

    /// Names are not resolved: what would be sent holds the name as it is written.
    private static func location(of trunk: TrunkSettings) -> ServerLocation {
        guard case .address(let address) = trunk.peer.host else { return ServerLocation() }
        return ServerLocation(address, trunk.peer)
    }

    private func explanation(of story: CallStory, _ invites: [TrialCall.Invite], trunk: String) -> Explanation {
        let plan = story.plan
        let attempts = plan.choices.map { attempt($0, invites, plan) }
        return Explanation(
            trunk: trunk, called: number(plan.called), calling: plan.identity.number.map(number),
            decisions: plan.log.entries.filter { $0.after != "skipped" }.map(TraceDecision.init),
            attempts: attempts, refusal: plan.failure.map { "\($0)" })
    }

    private func number(_ number: PhoneNumber) -> ExplainedNumber {
        ExplainedNumber(
            received: number.received, current: number.text,
            kind: number.kind == .e164 ? "E.164" : number.kind.rawValue,
            steps: number.steps.map {
                TraceDecision(plugin: $0.plugin, rule: $0.rule, before: $0.before, after: $0.after, outcome: "matched")
            })
    }

    private func attempt(_ choice: TrunkChoice, _ invites: [TrialCall.Invite], _ plan: CallPlan) -> ExplainedAttempt {
        let settings = checked.settings.trunks.first { $0.name == choice.trunk }
        let invite = invites.first { $0.trunk == choice.trunk }
        let skipped = plan.log.entries.last { $0.after == "skipped" && [$0.rule, $0.note].contains(choice.trunk) }
        return ExplainedAttempt(
            trunk: choice.trunk,
            peer: settings.map { "\($0.peer.transport) \($0.peer.host):\($0.peer.port)" } ?? "unknown",
            adapter: settings?.adapter, called: (choice.called ?? plan.called).text, request: invite?.lines ?? [],
            failover: Self.words(choice.failover),
            problem: invite == nil ? Self.problem(skipped) : nil)
    }

    private static func problem(_ skipped: DecisionEntry?) -> String {
        guard let skipped else { return "no failure of the trunk before moves on to it" }
        return skipped.rule == "one try per gateway" ? "its gateway was tried before" : skipped.note
    }

    private static func words(_ rule: FailoverRule) -> String {
        let statuses = rule.statuses.map { range in
            if range.count == 100, range.lowerBound % 100 == 0 { return "\(range.lowerBound / 100)xx" }
            return range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
        }
        let events =
            statuses + (rule.onTimeout ? ["time-out"] : []) + (rule.onTransportError ? ["transport error"] : [])
        return events.joined(separator: ", ")
    }
}

extension TraceDecision {
    init(_ entry: DecisionEntry) {
        self.init(
            plugin: entry.plugin, rule: entry.rule, before: entry.before.isEmpty ? nil : entry.before,
            after: entry.after.isEmpty ? nil : entry.after,
            outcome: entry.note.isEmpty ? entry.outcome.rawValue : "\(entry.outcome.rawValue): \(entry.note)")
    }
}

/// Every message comes from one trunk, wherever it comes from.
private struct OneTrunk: TrunkMatcher {
    let index: Int
    let table: any TrunkMatcher

    var unknownSource: UnknownSourceAnswer { table.unknownSource }

    func trunk(for flow: Flow) -> Int? { index }

    func trunk(named name: String) -> Int? { table.trunk(named: name) }
}
