import CallControl
import SIPTransaction
import SIPTransport
import TandemKit
import Timing

/// One run: the network, the agents and Tandem, all from one seed.
final class Simulation {
    let seed: UInt64
    let journal = Journal()
    private(set) var scenario: Scenario
    private let network: SimulatedNetwork
    private let monitor: WireMonitor
    private var random: SeededRandom
    private var nodes: [TandemNode] = []
    private var callers: [Caller] = []
    private var callees: [Callee] = []
    /// When the first node dies, and how; empty: never.
    private let crashes: [PlannedCrash]
    private let prepare: (CallEngine) -> Void

    /// What came to be simulated beside calls, in the order in which it came: seeds from before leave it out.
    struct Parts: OptionSet {
        let rawValue: Int

        static let lookUps = Parts(rawValue: 1)
        static let methods = Parts(rawValue: 2)
        static let rows = Parts(rawValue: 4)
        static let transfers = Parts(rawValue: 8)
        static let challenges = Parts(rawValue: 16)
        static let all: Parts = [.lookUps, .methods, .rows, .transfers, .challenges]
    }

    struct PlannedCrash {
        var time: UInt64
        var isWhileSending: Bool
        var downtime: UInt64
        /// Which of the B2BUAs, from the callers' side; counted round when there are fewer.
        var node: Int
    }

    static let calleeCount = 2

    init(
        seed: UInt64, shards: Int, crashes hasCrashes: Bool = false, parts: Parts = .all, keepsPackets: Bool = false,
        prepare: @escaping (CallEngine) -> Void = { _ in }
    ) {
        self.prepare = prepare
        self.seed = seed
        journal.keepsPackets = keepsPackets
        random = SeededRandom(seed: seed)
        scenario = Scenario(&random)
        if parts.contains(.lookUps) { scenario.decideLookUps(seed: seed) }
        if parts.contains(.methods) { scenario.decideHabits(seed: seed) }
        if parts.contains(.rows) { scenario.decideRow(seed: seed) }
        if parts.contains(.transfers) { scenario.decideTransfers(seed: seed) }
        if parts.contains(.challenges) { scenario.decideChallenges(seed: seed) }
        crashes = hasCrashes && scenario.isB2BUA ? Self.planCrashes(seed) : []
        network = SimulatedNetwork(weather: scenario.weather, random: random.fork())
        monitor = WireMonitor(journal: journal)
        monitor.carriesOthers = parts.contains(.methods)
        monitor.carriesTransfers = scenario.transfer != .off
        build(shards)
    }

    private static func planCrashes(_ seed: UInt64) -> [PlannedCrash] {
        var random = SeededRandom(seed: seed ^ 0xC7A5_4000_0000_0000)
        var places = SeededRandom(seed: seed ^ 0x0521_0000_0000_0000)
        return (0..<random.pick([1, 1, 2, 4])).map { _ in
            PlannedCrash(
                time: random.milliseconds(0...random.pick([8_000, 20_000, 100_000])),
                isWhileSending: random.chance(percent: 50),
                downtime: random.chance(percent: 20) ? 0 : random.milliseconds(1...4_000),
                node: places.below(5))
        }
    }

    deinit { network.close() }

    /// Runs to the end and returns what was broken.
    func run() -> [String] {
        for (index, caller) in callers.enumerated() {
            for _ in 0..<(scenario.calls + index) / callers.count {
                network.after(random.milliseconds(0...6_000)) { caller.placeCall() }
            }
        }
        if scenario.hasAccidents { planAccident() }
        for crash in crashes {
            network.after(crash.time) { [self] in
                for caller in callers { caller.expectsForks = true }  // an INVITE that comes again is a new one
                let mortals = nodes.filter(\.isMortal)
                mortals[crash.node % mortals.count].crash(
                    crash.isWhileSending ? .whileSending : .atRest, downtime: crash.downtime)
            }
        }
        for stall in scenario.stalls {
            network.after(stall.time) { [self] in nodes[stall.node % nodes.count].stall(for: stall.length) }
        }
        network.run(until: network.now + .seconds(500))
        // The weather clears; what is left has to come to its end.
        network.weather = Weather()
        network.run(until: network.now + .seconds(300))
        finish()
        return journal.violations
    }

    private func finish() {
        monitor.finish(at: network.now)
        for node in nodes {
            for text in node.leftovers { journal.violation(text, at: network.now) }
            node.watch?.finish(told: monitor.answerCount(of: node.name), at: network.now)
        }
        let sent = network.sentCount
        network.run(until: network.now + .seconds(300))
        if network.sentCount != sent {
            journal.violation("something was sent after the end of everything", at: network.now)
        }
        guard scenario.weather.breakPerMille == 0 else { return }  // a broken stream may have swallowed a BYE
        for agent in callers as [UserAgent] + callees where agent.restarts == 0 && !agent.isDeaf {
            for dialog in agent.dialogs.values where !dialog.isOver {
                journal.violation(
                    "\(agent.name) still holds the dialog \(dialog.callID) \(dialog.localTag)", at: network.now)
            }
        }
    }

    /// How many transfers the last lives of the nodes have carried out, and how many came to nothing.
    var transfers: (done: Int, failed: Int) {
        let all = nodes.flatMap(\.engines).map(\.counters)
        return (all.reduce(0) { $0 + Int($1.transfers) }, all.reduce(0) { $0 + Int($1.failedTransfers) })
    }

    /// One of the agents falls silent, or forgets everything.
    private func planAccident() {
        let agent = random.pick(callers as [UserAgent] + callees)
        let isSilence = random.chance(percent: 50)
        network.after(random.milliseconds(0...40_000)) {
            if isSilence { agent.isDeaf = true } else { agent.restart() }
        }
    }

    // MARK: Building

    private func build(_ shards: Int) {
        for index in 0..<2 {
            callers.append(
                Caller(
                    name: "caller\(index)", endpoint: endpoint(10, 1 + index, 5060 + index),
                    transport: scenario.callerTransport, network: network, journal: journal, random: random.fork()))
        }
        for index in 0..<Self.calleeCount {
            callees.append(
                Callee(
                    name: "callee\(index)", endpoint: endpoint(20, 1 + index, 5070 + index),
                    transport: scenario.calleeTransport, network: network, journal: journal, random: random.fork()))
        }
        buildNodes(shards)
        let first = nodes[0]
        for caller in callers {
            caller.proxy = first.listeners[0]
            caller.expectsForks = !scenario.isB2BUA
            if !scenario.isB2BUA { caller.leavesWithin = 60_000 }
        }
        for callee in callees where !scenario.isB2BUA { callee.leavesWithin = 90_000 }
        for caller in callers { caller.habits = scenario.callerHabits }
        for callee in callees {
            callee.habits = scenario.calleeHabits
            callee.expectsPRACK = scenario.callerHabits.reliability != .forgets
        }
        let all = callers as [UserAgent] + callees
        for (index, agent) in all.enumerated() {
            agent.transferRandom = SeededRandom(seed: seed ^ 0x5589_0000_0000_0000 ^ UInt64(index) << 8)
            agent.friends = { all.filter { $0 !== agent } }
            agent.isCalm = scenario.isCalm
            agent.showsAddress = scenario.hasRelay
        }
    }

    /// The nodes, from the callees back to the callers, whose order `nodes` has.
    private func buildNodes(_ shards: Int) {
        var hops = callees.map(\.endpoint)
        if scenario.isChain {
            let last = makeNode(
                "second", 40, shards, .proxy, [scenario.calleeTransport, scenario.calleeTransport], targets: hops)
            hops = [last.listeners[0]]
        }
        for (place, mode) in scenario.row.enumerated().reversed() {
            let node = makeNode(
                "row\(place + 1)", 60 + place, shards, mode, [scenario.calleeTransport, scenario.calleeTransport],
                targets: hops)
            hops = [node.listeners[0]]
        }
        makeNode(
            "first", 30, shards, scenario.isB2BUA ? .b2bua : .proxy,
            [scenario.callerTransport, scenario.calleeTransport], targets: hops)
        nodes.reverse()
        for (place, node) in nodes.enumerated() where !monitor.proxies.contains(node.name) {
            if scenario.hasRelay {
                node.relay = SimulatedRelay(
                    name: node.name, address: endpoint(50 + place, 1, 0).address, network: network, journal: journal,
                    random: random.fork(), isFaulty: scenario.isRelayFaulty)
            }
            hideTopology(of: node, at: place)
        }
    }

    /// A node with a listener for the callers' side and one for each target.
    @discardableResult
    private func makeNode(
        _ name: String, _ network: Int, _ shards: Int, _ mode: SignallingMode, _ transports: [TransportProtocol],
        targets: [Endpoint]
    ) -> TandemNode {
        let names = ["in"] + targets.indices.map { "out\($0)" }
        let listeners = names.indices.map { endpoint(network, 1 + $0, 5080 + $0) }
        let allTransports = names.indices.map { $0 == 0 ? transports[0] : transports[1] }
        let keys = (random.next(), random.next())
        let isMortal = mode == .b2bua && !crashes.isEmpty
        var count: UInt64 = 0
        let makeEngine = { [unowned self] (shard: Int) in
            count += 1
            let trunks = names.indices.map { index in
                makeTrunk(
                    index, names, listeners[index], allTransports[index], index == 0 ? nil : targets[index - 1], mode)
            }
            let engine = CallEngine(
                shard: UInt16(shard), key: (keys.0 &+ UInt64(shard), keys.1 &+ (count - 1) / UInt64(shards)),
                routeKey: (UInt64(network), 1),
                configuration: makeConfiguration(trunks, names, relaysMedia: scenario.hasRelay && mode == .b2bua),
                trace: TraceRing(capacity: 0), now: self.network.now)
            prepare(engine)
            return engine
        }
        if mode == .proxy { monitor.proxies.insert(name) }
        let node = TandemNode(
            name: name, shards: shards, isMortal: isMortal,
            watch: isMortal ? CrashWatch(name: name, journal: journal, mayRefuse: !scenario.isCalm) : nil,
            listeners: listeners, transports: allTransports, network: self.network, journal: journal, monitor: monitor,
            makeEngine: makeEngine)
        if scenario.lookUps > 0 {
            let chance = SeededRandom(seed: seed ^ UInt64(network))
            node.source = SimulatedSource(
                network: self.network, journal: journal, random: chance, isFaulty: scenario.isSourceFaulty)
        }
        nodes.append(node)
        return node
    }

    private func makeConfiguration(
        _ trunks: [TrunkContext], _ names: [String], relaysMedia: Bool
    ) -> EngineConfiguration {
        var configuration = EngineConfiguration(trunks: trunks, matcher: ScenarioMatcher(names: names))
        configuration.relaysMedia = relaysMedia
        return configuration
    }

    private func makeTrunk(
        _ index: Int, _ names: [String], _ listener: Endpoint, _ transport: TransportProtocol, _ target: Endpoint?,
        _ mode: SignallingMode
    ) -> TrunkContext {
        let choices = names.dropFirst().map { TrunkChoice(trunk: $0) }
        let profile = CollapsingAdapter(
            collapses: scenario.collapsesEarlyDialogs, takesREFER: scenario.transfer == .pass)
        return TrunkContext(
            index: index,
            facts: TrunkFacts(
                name: names[index], advertisedHost: "\(listener.address)", advertisedPort: listener.port,
                transport: transport),
            nextHop: Flow(
                listener: UInt16(index), transport: transport, remote: target ?? endpoint(1, 1, 9)),
            mode: mode, adapter: AdapterInstance.of(profile, named: "adapter"),
            routers: [router(choices)],
            timers: CallTimers(maxRingTime: .seconds(50), maxCallDuration: .seconds(100), timerC: .seconds(60)),
            transfer: scenario.transfer,
            digest: scenario.calleeHabits.asksForCredentials && index > 0 ? digest : nil)
    }

    private var digest: DigestClient {
        DigestClient(
            DigestCredentials(user: "tandem", password: "secret"),
            hashes: DigestHashes(
                md5: MessageDigest.md5, sha256: MessageDigest.sha256, sha512: MessageDigest.sha512Truncated))
    }

    private func router(_ choices: [TrunkChoice]) -> RouterInstance {
        scenario.lookUps == 0
            ? .of(ScenarioRouter(choices), named: "routes")
            : .of(AskingRouter(choices, count: scenario.lookUps), named: "routes")
    }

    /// Neither side's addresses may show on the other.
    private func hideTopology(of node: TandemNode, at place: Int) {
        let before = callers.map { "\($0.endpoint.address)" } + nodes[..<place].flatMap(\.addresses)
        let behind = callees.map { "\($0.endpoint.address)" } + nodes[(place + 1)...].flatMap(\.addresses)
        var secrets: [Int: [String]] = [0: behind]
        for index in node.listeners.indices.dropFirst() {
            secrets[index] = before + ["\(node.listeners[0].address)"]
            secrets[0]!.append("\(node.listeners[index].address)")
        }
        monitor.secrets[node.name] = secrets
    }

    private func endpoint(_ network: Int, _ host: Int, _ port: Int) -> Endpoint {
        Endpoint(
            address: IPAddress(ipv4: 0x0A00_0000 | UInt32(network) << 8 | UInt32(host)), port: UInt16(port))
    }
}

/// An adapter whose only content is a profile.
struct CollapsingAdapter: GatewayAdapter {
    let collapses: Bool
    let takesREFER: Bool
    init(settings: NoSettings) { (collapses, takesREFER) = (false, false) }
    init(collapses: Bool, takesREFER: Bool) { (self.collapses, self.takesREFER) = (collapses, takesREFER) }

    var hooks: AdapterHooks { [] }
    var profile: GatewayProfile {
        GatewayProfile {
            $0.collapsesEarlyDialogs = collapses
            $0.acceptsREFER = takesREFER
        }
    }
}
