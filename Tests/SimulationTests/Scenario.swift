import CallControl
import SIPTransaction
import TandemKit
import Timing

/// Sends calls to the trunks it was made with, always the same.
struct ScenarioRouter: Router {
    var choices: [TrunkChoice] = []
    init(settings: NoSettings) {}
    init(_ choices: [TrunkChoice]) { self.choices = choices }

    func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision { .trunks(choices) }
}

/// Trunk `n` belongs to listener `n`.
struct ScenarioMatcher: TrunkMatcher {
    let names: [String]
    let unknownSource = UnknownSourceAnswer.drop

    func trunk(for flow: Flow) -> Int? { Int(flow.listener) < names.count ? Int(flow.listener) : nil }
    func trunk(named name: String) -> Int? { names.firstIndex(of: name) }
}

/// Everything a seed decides before the first call: who stands where, over what, in which weather.
struct Scenario {
    /// Whether the first node is a B2BUA; else a proxy.
    var isB2BUA: Bool
    /// Whether a second node, always a proxy, stands between the first and the callees.
    var isChain: Bool
    var callerTransport: TransportProtocol
    var calleeTransport: TransportProtocol
    var weather: Weather
    var calls: Int
    /// Whether parties fall silent or lose their memory.
    var hasAccidents: Bool
    var collapsesEarlyDialogs: Bool
    /// Whether the B2BUA sends media through a relay, and whether that fails now and then.
    var hasRelay: Bool
    var isRelayFaulty: Bool
    /// How often each node's router asks before it decides, and whether what it asks fails now and then.
    var lookUps = 0
    var isSourceFaulty = false
    /// What the nodes are that stand in a row behind the first one, towards the callees; `isChain` adds a proxy at the end.
    var row: [SignallingMode] = []
    /// When and for how long which node stands still, its clock going on: a machine that was suspended, a jump of the clock.
    var stalls: [Stall] = []
    /// What becomes of transfers.
    var transfer = TransferPolicy.off
    /// What the parties do beyond RFC 3261.
    var callerHabits = AgentHabits()
    var calleeHabits = AgentHabits()

    /// Whether a broken promise can only be Tandem's: hardly any loss, no accident, and no proxy, which keeps no promise
    /// of its own (it must drop a 2xx that comes long after CANCEL: RFC 6026 §7.3).
    var isCalm: Bool {
        isB2BUA && !isChain && !hasAccidents && weather.lossPercent <= 5 && weather.breakPerMille == 0
            && !isRelayFaulty && !isSourceFaulty && row.isEmpty && stalls.isEmpty
    }

    struct Stall {
        var time: UInt64
        var length: UInt64
        /// Which node, from the callers' side; counted round when there are fewer.
        var node: Int
    }

    init(_ random: inout SeededRandom) {
        isB2BUA = random.chance(percent: 75)
        isChain = random.chance(percent: 20)
        callerTransport = random.chance(percent: 70) ? .udp : .tcp
        calleeTransport = random.chance(percent: 70) ? .udp : .tcp
        weather = Weather(
            lossPercent: random.pick([0, 0, 5, 15]), duplicationPercent: random.pick([0, 5, 20]),
            delay: random.pick([1...2, 1...40, 1...600]), breakPerMille: random.pick([0, 0, 0, 10]))
        calls = 1 + random.below(5)
        hasAccidents = random.chance(percent: 20)
        collapsesEarlyDialogs = random.chance(percent: 30)
        hasRelay = isB2BUA && random.chance(percent: 60)
        isRelayFaulty = hasRelay && random.chance(percent: 30)
    }

    /// Decided by another chance, as look-ups are. A proxy has no part in it.
    mutating func decideHabits(seed: UInt64) {
        guard isB2BUA else { return }
        var random = SeededRandom(seed: seed ^ 0x3262_4028_0000_0000)
        callerHabits = AgentHabits(&random)
        calleeHabits = AgentHabits(&random)
    }

    /// Decided by another chance, as look-ups are: one to five nodes in all, and what happens to their clocks.
    mutating func decideRow(seed: UInt64) {
        var random = SeededRandom(seed: seed ^ 0x0520_0000_0000_0000)
        let count = random.pick([0, 0, 1, 1, 2, 3, 4]) - (isChain ? 1 : 0)
        row = (0..<max(0, count)).map { _ in random.chance(percent: 60) ? .b2bua : .proxy }
        guard random.chance(percent: 25) else { return }
        stalls = (0..<random.pick([1, 1, 3])).map { _ in
            Stall(
                time: random.milliseconds(0...60_000),
                length: random.milliseconds(1...random.pick([900, 6_000, 45_000])),
                node: random.below(5))
        }
    }

    /// Decided by another chance, as habits are.
    mutating func decideTransfers(seed: UInt64) {
        guard isB2BUA, !isChain else { return }
        var random = SeededRandom(seed: seed ^ 0x3515_3891_0000_0000)
        transfer = random.pick([.off, .execute, .execute, .execute, .pass])
        callerHabits.transfers = transfer != .off && random.chance(percent: 70)
        calleeHabits.transfers = transfer != .off && random.chance(percent: 70)
        callerHabits.leavesEarly = random.chance(percent: 20)
        calleeHabits.leavesEarly = random.chance(percent: 20)
    }

    /// Decided by another chance. Behind a proxy the challenges would be the callers' to meet.
    mutating func decideChallenges(seed: UInt64) {
        guard isB2BUA, !isChain, row.isEmpty else { return }
        var random = SeededRandom(seed: seed ^ 0x7616_8760_0000_0000)
        calleeHabits.asksForCredentials = random.chance(percent: 25)
    }

    /// Decided by another chance, so that what was decided before look-ups existed is decided so still.
    mutating func decideLookUps(seed: UInt64) {
        var random = SeededRandom(seed: seed ^ 0x100C_0000_0000_0000)
        lookUps = random.pick([0, 0, 0, 1, 2])
        isSourceFaulty = lookUps > 0 && random.chance(percent: 60)
    }
}
