import CallControl
import PluginHost
import SIPTransaction
import TandemKit
import Timing

/// The call engine with the plugin's instance in it, a clock that moves only when told, and the parties around it.
final class DialogueStage {
    private let engine: CallEngine
    private let parties: [DialogueParty]
    private let services: ServiceCenter
    private var now = Timestamp(nanoseconds: 1_000_000_000)
    /// Everything that has arrived at a party since the last look, in order.
    private(set) var arrivals: [(party: String, message: WireText)] = []

    /// What look-ups find; of those that fit the last counts.
    private var findings: [CannedFinding] = []

    /// Rounds of messages that one input may set off.
    private static let rounds = 100

    init(parties names: [String], instance: PluginInstance, services: ServiceCenter) {
        self.services = services
        parties = names.enumerated().map { index, name in
            DialogueParty(name: name, host: "192.0.2.\(index + 1)", ours: "198.51.100.\(index + 1)")
        }
        var adapter: AdapterInstance?
        var normalizers: [NormalizerInstance] = []
        var router = RouterInstance.of(OppositeRouter(), named: "opposite")
        switch instance {
        case .adapter(let instance): adapter = instance
        case .normalizer(let instance): normalizers = [instance]
        case .router(let instance): router = instance
        case .observer: break
        @unknown default: break
        }
        let facts = names.indices.map { index in
            TrunkFacts(
                name: names[index], advertisedHost: "198.51.100.\(index + 1)", advertisedPort: 5060, transport: .udp)
        }
        services.updateFacts { _ in ExchangeFacts(trunks: facts) }
        let trunks = names.indices.map { index in
            TrunkContext(
                index: index, facts: facts[index],
                nextHop: Self.flow(index), adapter: names[index] == Dialogue.gateway ? adapter : nil,
                normalizers: normalizers, routers: [router])
        }
        var timers = TimerValues()
        timers.inviteTrying = .milliseconds(0)
        engine = CallEngine(
            shard: 0, key: (1, 2), routeKey: (3, 4),
            configuration: EngineConfiguration(trunks: trunks, matcher: PartyMatcher(names: names)), timers: timers,
            trace: TraceRing(capacity: 0), now: now)
        if case .observer(let observer) = instance { engine.observe = { observer.observe($0) } }
    }

    private static func flow(_ index: Int) -> Flow {
        Flow(
            listener: UInt16(index), transport: .udp,
            remote: Endpoint(address: IPAddress(ipv4: 0xC000_0201 + UInt32(index)), port: 5060))
    }

    /// The party of a name; every name of the dialogue has one.
    func party(_ name: String) -> DialogueParty { parties.first { $0.name == name } ?? parties[0] }

    /// What has arrived since the last call.
    func takeArrivals() -> [(party: String, message: WireText)] {
        defer { arrivals = [] }
        return arrivals
    }

    /// A party's message reaches the engine, with all that follows from it at once. Nil, or why it is no message.
    func send(_ message: WireText, from name: String) -> String? {
        guard let index = parties.firstIndex(where: { $0.name == name }) else { return nil }
        do throws(SIPParseError) {
            var parsed = try SIPMessage(message.text)
            engine.receive(&parsed, on: Self.flow(index), at: now)
        } catch { return "\(error)" }
        deliver()
        return nil
    }

    /// Look-ups find this from here on.
    func answer(_ finding: CannedFinding) { findings.append(finding) }

    private func find(_ lookUp: LookUp) -> Finding {
        findings.last { DialogueComparison.matches("\(lookUp)", $0.pattern) }?.finding
            ?? .failed(LookUpFailure(.noSuchSource, "the dialogue has no answer for the look-up '\(lookUp)'"))
    }

    /// Lets time pass.
    func wait(milliseconds: UInt64) {
        let end = now + .milliseconds(milliseconds)
        while let deadline = engine.nextDeadline, deadline <= end {
            pass(to: max(now, deadline))
            engine.advance(to: now)
            deliver()
        }
        pass(to: end)
    }

    /// The plugin's own timers keep the same time.
    private func pass(to time: Timestamp) {
        services.clock.advance(by: (time - now).nanoseconds)
        now = time
    }

    /// Brings what the engine sends to the parties, and their ACKs to failures back.
    private func deliver() {
        for _ in 0..<Self.rounds {
            for command in engine.takeLookUpCommands() {
                engine.receive(find(command.lookUp), for: command.ticket, at: now)
            }
            let output = engine.output
            var sent: [(Int, WireText)] = []
            for index in 0..<output.count where output[index].kind != .retransmission {
                let record = output[index]
                sent.append((Int(record.flow.listener), WireText(output.bytes(of: record).string)))
            }
            output.removeAll()
            if sent.isEmpty, !engine.hasLookUpCommands { return }
            for (index, message) in sent where index < parties.count {
                arrivals.append((parties[index].name, message))
                guard let ack = parties[index].receive(message), var parsed = try? SIPMessage(ack.text) else {
                    continue
                }
                engine.receive(&parsed, on: Self.flow(index), at: now)
            }
        }
    }
}

/// Sends calls of the gateway to the other party, and all others to the gateway.
private struct OppositeRouter: Router {
    init(settings: NoSettings) {}
    init() {}

    func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision {
        .trunks([TrunkChoice(trunk: query.ingressTrunk == Dialogue.gateway ? Dialogue.other : Dialogue.gateway)])
    }
}

/// Trunk `n` has listener `n`.
private struct PartyMatcher: TrunkMatcher {
    let names: [String]
    var unknownSource: UnknownSourceAnswer { .drop }

    func trunk(for flow: Flow) -> Int? { Int(flow.listener) < names.count ? Int(flow.listener) : nil }

    func trunk(named name: String) -> Int? { names.firstIndex(of: name) }
}
