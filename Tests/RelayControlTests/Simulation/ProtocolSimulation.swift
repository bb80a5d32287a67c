import MediaRelay
import MemoryPorts
import RelayControl
import Timing

/// Two shards of signalling and a relay with two threads, in virtual time, all from one seed: processes die, connections
/// break, at any point and in any order.
///
/// Invariants: every command ends exactly once, with a reply of its own kind; a session whose owner has gone is adopted or
/// deleted within 60 s; no port is lost; what a session's media are doing changes by no one's death and by no adoption;
/// events reach the owner alone; at the end nothing is left on either side.
final class ProtocolSimulation {
    /// A bug that is let loose, which the simulation has to find.
    enum Canary: CaseIterable {
        /// A thread isn't told of a connection's end.
        case endUntold
        /// A pair that is closed stays taken.
        case portsLeak
        /// The commands of a connection that has ended aren't ended.
        case endsForgotten
        /// A reply has another command's number, now and then.
        case replyMisnumbered
    }

    let time = VirtualTime()
    let canary: Canary?
    private(set) var violations: [String] = []
    /// What has happened, so that a test can tell that something did.
    private(set) var tokens: UInt64 = 0
    private(set) var links: UInt64 = 0
    private var names = 0
    private var random: SplitMix
    private var relay: SimulatedRelay?
    private var shards: [SimulatedShard] = []

    var now: Timestamp { time.now }

    init(seed: UInt64, canary: Canary? = nil) {
        self.canary = canary
        random = SplitMix(state: seed)
        relay = SimulatedRelay(self, seed: random.next())
        shards = (0..<2).map { _ in SimulatedShard(self, seed: random.next()) }
    }

    func violate(_ what: String) { violations.append("at \(now): \(what)") }

    func nextToken() -> UInt64 {
        tokens += 1
        return tokens
    }

    func nextName() -> String {
        names += 1
        return "call-\(names)"
    }

    /// A connection to the relay; nil while there is none.
    func connect() -> SimulatedLink? {
        guard let relay, !relay.isDead else { return nil }
        links += 1
        let link = SimulatedLink(id: links, time: time, seed: random.next())
        relay.accept(link)
        return link
    }

    /// Runs the seed to its end and gives what was broken.
    func run() -> [String] {
        faultLater()
        time.run(until: now + .seconds(60))
        isQuiet = true
        time.run(until: now + .seconds(5))
        shards.forEach { $0.stop() }
        time.run(until: now + .seconds(75))
        checkEnd()
        time.clear()
        return violations
    }

    private var isQuiet = false

    private func faultLater() {
        time.after(random.milliseconds(20_000)) { [unowned self] in
            if isQuiet { return }
            switch random.below(10) {
            case 0...4: relay?.links.values.min { $0.id < $1.id }?.sever()
            case 5...7: shards[random.below(shards.count)].die()
            default: restartRelay()
            }
            faultLater()
        }
    }

    private func restartRelay() {
        relay?.die()
        let seed = random.next()
        time.after(random.milliseconds(3_000)) { [unowned self] in
            if relay?.isDead == true { relay = SimulatedRelay(self, seed: seed) }
        }
    }

    private func checkEnd() {
        for shard in shards {
            if shard.callCount != 0 { violate("\(shard.callCount) calls are left in signalling") }
            if shard.askedCount != 0 { violate("\(shard.askedCount) commands never ended") }
            if shard.client.pendingCount != 0 { violate("\(shard.client.pendingCount) commands wait in the client") }
            if shard.client.nextDeadline != nil { violate("the client still has a deadline") }
        }
        for thread in relay?.threads ?? [] {
            if thread.sessions.count != 0 { violate("sessions are left: \(thread.sessions.names.sorted())") }
            if thread.host.openCount != 0 { violate("\(thread.host.openCount) ports are left open") }
            if thread.host.pools.contains(where: { $0.takenCount != 0 }) { violate("the pool lacks ports") }
        }
    }
}
