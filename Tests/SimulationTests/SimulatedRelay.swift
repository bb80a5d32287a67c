import CallControl
import MediaRelay
import TandemKit
import Timing

/// The media relay of a node: the real sessions over ports without sockets, answering after a while, or badly.
///
/// It watches the engine's side of the protocol: what only a confused engine could send is a broken invariant.
final class SimulatedRelay {
    private let name: String
    private let network: SimulatedNetwork
    private let journal: Journal
    private var random: SeededRandom
    /// Whether replies are lost, refused or late, and sessions vanish.
    private let isFaulty: Bool
    private let ports = SimulatedPorts()
    private let sessions: RelaySessions<SimulatedPorts>
    /// Sessions that have vanished, or whose state the engine can't know since a reply was lost.
    private var doubtful: Set<String> = []
    /// Sessions that were made and not deleted.
    private var deleted: Set<String> = []
    private var known: [String: MediaSession] = [:]

    init(
        name: String, address: IPAddress, network: SimulatedNetwork, journal: Journal, random: SeededRandom,
        isFaulty: Bool
    ) {
        self.name = name
        self.network = network
        self.journal = journal
        self.random = random
        self.isFaulty = isFaulty
        sessions = RelaySessions(host: ports, interfaces: [MediaInterface(name: "sim", address: address)])
    }

    /// Takes a command; `reply` is called later for what has an outcome.
    func take(
        _ command: MediaCommand, _ reply: @escaping (MediaOutcome) -> Void, _ tell: @escaping (MediaEvent) -> Void
    ) {
        let name = Self.name(of: command.session)
        known[name] = command.session
        let outcome = carryOut(command, name)
        guard let outcome else { return }
        var delay = random.milliseconds(0...20)
        var told = outcome
        if isFaulty {
            switch random.below(100) {
            case 0..<3:
                told = .unavailable("no reply")
                delay = 1_000_000_000
                doubtful.insert(name)
            case 3..<5:
                told = .unavailable("overloaded")
                doubtful.insert(name)
            case 5..<7: delay = random.milliseconds(0...900)
            case 7..<9: plan(tell, name)
            default: break
            }
        }
        journal.packet("\(self.name) relay \(name): \(command.action) -> \(told)", at: network.now)
        network.after(delay) { reply(told) }
    }

    private static func name(of session: MediaSession) -> String { "\(session.call.raw)-\(session.attempt)" }

    /// The node's process has died: its successor may delete again what it has deleted.
    func nodeDied() { doubtful.formUnion(deleted) }

    /// A new process of the node goes on with a session: an offer that waits is forgotten, unless its answer can still
    /// come. Returns false when the relay doesn't have it.
    func adopt(_ session: MediaSession, rollsBack: Bool) -> Bool {
        let name = Self.name(of: session)
        journal.packet("\(self.name) relay \(name): adopted, \(rollsBack)", at: network.now)
        guard sessions.has(name) else {
            if !doubtful.contains(name) {
                journal.violation(
                    "\(self.name)'s relay was asked to go on with \(name), which is gone", at: network.now)
            }
            return false
        }
        if rollsBack { try? sessions.rollback(name, now: network.now) }
        return true
    }

    /// Deletes the sessions that belong to no call any more.
    func deleteOrphans(_ isOrphan: (MediaSession) -> Bool) {
        for (name, session) in known.sorted(by: { $0.key < $1.key }) where sessions.has(name) && isOrphan(session) {
            journal.packet("\(self.name) relay \(name): an orphan", at: network.now)
            doubtful.insert(name)
            _ = try? sessions.delete(name)
        }
    }

    private func plan(_ tell: @escaping (MediaEvent) -> Void, _ name: String) {
        let party = random.below(2)
        let vanishes = random.chance(percent: 30)
        network.after(random.milliseconds(0...40_000)) { [self] in
            guard sessions.has(name) else { return }
            if vanishes {
                doubtful.insert(name)
                _ = try? sessions.delete(name)
                return tell(.gone)
            }
            for isControl in [false, true] { tell(.silent(party: party, media: 0, isControl: isControl)) }
        }
    }

    private func carryOut(_ command: MediaCommand, _ name: String) -> MediaOutcome? {
        do throws(RelayError) {
            switch command.action {
            case .offer(let party, let bytes):
                let seen = try sessions.offer(
                    try read(bytes), from: "\(party)", in: name, RelayOptions(), connection: 1, now: network.now)
                return .description(seen.bytes)
            case .answer(let party, let bytes):
                let seen = try sessions.answer(
                    try read(bytes), from: "\(party)", in: name, RelayOptions(), now: network.now)
                return .description(seen.bytes)
            case .rollback: try sessions.rollback(name, now: network.now)
            case .delete:
                deleted.insert(name)
                try sessions.delete(name)
            }
            return nil
        } catch {
            if !doubtful.contains(name) {
                journal.violation("\(self.name)'s relay was asked for what can't be: \(error)", at: network.now)
            }
            switch command.action {
            case .rollback, .delete: return nil
            case .offer, .answer: return .unacceptable("\(error)")
            }
        }
    }

    private func read(_ bytes: [UInt8]) throws(RelayError) -> SessionDescription {
        do throws(SDPError) { return try SessionDescription(bytes) } catch { throw .description(error) }
    }

    /// What is left when everything should have ended.
    var leftovers: [String] {
        let ports = ports.openCount
        return sessions.count == 0 && ports == 0
            ? [] : ["\(name)'s relay still holds \(sessions.count) sessions with \(ports) ports"]
    }
}

/// Ports without sockets.
final class SimulatedPorts: MediaPortHost {
    private var open: Set<Int32> = []
    private var next: Int32 = 0

    var openCount: Int { open.count }

    func openPair(on interface: Int, policy: LatchPolicy, now: Timestamp) -> MediaPortPair? {
        next += 2
        open.insert(next)
        let number = UInt16(truncatingIfNeeded: Int(next) % 16_000 + 40_000)
        return MediaPortPair(rtp: next, rtcp: next + 1, number: number, interface: interface)
    }

    func pairsFree(on interface: Int) -> Int { 8_000 - open.count }

    func relayWaiting(at pair: MediaPortPair) {}
    func close(_ pair: MediaPortPair) { precondition(open.remove(pair.rtp) != nil, "a port is closed once") }
    func join(_ one: Int32, _ other: Int32) {}
    func expect(_ port: Int32, _ expectation: MediaExpectation, now: Timestamp) {}
    func port(_ index: Int32) -> MediaPort {
        MediaPort(isControl: index % 2 != 0, policy: .known, now: Timestamp(nanoseconds: 0))
    }
}
