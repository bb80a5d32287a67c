import MediaRelay
import RelayControl
import Timing

/// A shard of signalling: makes calls, keeps its connection to the relay, and takes its calls up again when it was lost.
final class SimulatedShard {
    /// What a call has come to.
    private enum Phase { case offering, ringing, answering, talking, reoffering, ending }

    private struct Asked {
        let command: RelayCommand
        let call: String?
    }

    private(set) var client = RelayClient()
    /// The commands that haven't ended.
    private var asked: [UInt64: Asked] = [:]
    private var calls: [String: Phase] = [:]
    private var link: SimulatedLink?
    private var generation = 0
    private var isStopping = false
    private unowned let simulation: ProtocolSimulation
    private var random: SplitMix

    init(_ simulation: ProtocolSimulation, seed: UInt64) {
        self.simulation = simulation
        random = SplitMix(state: seed)
        live()
    }

    /// Calls that it believes in.
    var callCount: Int { calls.count }
    /// Commands without an end, as the asker counts them.
    var askedCount: Int { asked.count }

    /// The process is gone; another begins that knows of some calls by the journal.
    func die() {
        generation += 1
        link?.receiveAtShard = nil
        link?.endAtShard = nil
        link?.sever()
        link = nil
        client = RelayClient()
        asked = [:]
        let known = calls.sorted { $0.key < $1.key }.filter { $0.value == .talking && random.chance(70) }
        calls = Dictionary(uniqueKeysWithValues: known)
        live()
    }

    /// Makes no new calls and ends those that are up.
    func stop() {
        isStopping = true
        for name in calls.keys.sorted() { end(name) }
    }

    private func live() {
        let generation = generation
        again(in: random.milliseconds(500), generation) { [unowned self] in connect() }
        again(in: random.milliseconds(2_000), generation) { [unowned self] in act() }
    }

    private func again(in delay: TimeInterval, _ generation: Int, _ action: @escaping () -> Void) {
        simulation.time.after(delay) { [weak self] in if self?.generation == generation { action() } }
    }

    private func connect() {
        guard let link = simulation.connect() else {
            return again(in: .milliseconds(500), generation) { [unowned self] in connect() }
        }
        self.link = link
        link.receiveAtShard = { [unowned self] in receive($0) }
        link.endAtShard = { [unowned self, unowned link] in ended(link) }
        client.connected()
        for (name, phase) in calls.sorted(by: { $0.key < $1.key }) {
            if phase == .ending { ask(.delete(session: name), of: name) } else { ask(.adopt(session: name), of: name) }
        }
    }

    private func ended(_ link: SimulatedLink) {
        guard link === self.link else { return }
        self.link = nil
        let notices = client.disconnected()
        if simulation.canary != .endsForgotten { notices.forEach(take) }
        again(in: random.milliseconds(1_000), generation) { [unowned self] in connect() }
    }

    private func receive(_ bytes: [UInt8]) {
        do {
            if let notice = try bytes.withUnsafeBytes({ try client.receive($0) }) { take(notice) }
        } catch {
            simulation.violate("a message of the relay's can't be read: \(error)")
        }
    }

    /// Sends a command; without a connection it ends at once.
    private func ask(_ command: RelayCommand, of call: String? = nil) {
        let token = simulation.nextToken()
        guard let message = client.send(command, token: token, now: simulation.now) else {
            if let call { lost(command, call) }
            return
        }
        asked[token] = Asked(command: command, call: call)
        link?.sendToRelay(message)
        expireLater()
    }

    private func expireLater() {
        guard let deadline = client.nextDeadline else { return }
        let generation = generation
        simulation.time.at(deadline) { [weak self] in
            guard let self, self.generation == generation else { return }
            client.expire(now: simulation.now).forEach(take)
        }
    }

    private func take(_ notice: RelayClient.Notice) {
        guard case .ended(let token, let outcome) = notice else { return }
        guard let command = asked.removeValue(forKey: token) else {
            return simulation.violate("command \(token) ended twice")
        }
        switch outcome {
        case .lost: if let call = command.call { lost(command.command, call) }
        case .reply(let reply):
            if !fits(reply, command.command) { simulation.violate("\(command.command) was answered by \(reply)") }
            if let call = command.call { answered(reply, command.command, call) }
        }
    }

    private func fits(_ reply: RelayReply, _ command: RelayCommand) -> Bool {
        switch (command, reply) {
        case (_, .refused), (.offer, .description), (.answer, .description), (.rollback, .done), (.delete, .figures),
            (.query, .figures), (.adopt, .done), (.list, .sessions), (.drain, .done), (.status, .status):
            true
        default: false
        }
    }
}

// What it does with its calls.
extension SimulatedShard {
    private static let sdp = Array(
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n".utf8)
    private static let video = sdp + Array("m=video 4002 RTP/AVP 96\r\n".utf8)

    /// Begins a call, moves one on, or asks something.
    private func act() {
        again(in: random.milliseconds(800), generation) { [unowned self] in act() }
        guard link != nil, !isStopping else { return }
        if random.chance(50), calls.count < 12 { begin() }
        let names = calls.keys.sorted()
        guard !names.isEmpty else { return }
        move(names[random.below(names.count)])
        switch random.below(20) {
        case 0: ask(.status(thread: random.below(SimulatedRelay.threadCount)))
        case 1: ask(.list(thread: random.below(SimulatedRelay.threadCount)))
        case 2: ask(.drain(thread: random.below(SimulatedRelay.threadCount), isDraining: random.chance(30)))
        default: ask(.query(session: names[random.below(names.count)]))
        }
    }

    private func begin() {
        let name = simulation.nextName()
        calls[name] = .offering
        var options = RelayOptions()
        if random.chance(30) { options.towards = "wan" }
        ask(.offer(session: name, from: "a", description: Self.sdp, options), of: name)
    }

    private func move(_ name: String) {
        switch calls[name] {
        case .ringing where random.chance(10): return  // It rings on.
        case .ringing where random.chance(20): end(name)
        case .ringing: answer(name, .answering, Self.sdp)
        case .talking where random.chance(40):
            calls[name] = .reoffering
            var options = RelayOptions()
            options.passes = ["video"]
            ask(.offer(session: name, from: "a", description: Self.video, options), of: name)
        case .talking where random.chance(60): end(name)
        default: return
        }
    }

    private func answer(_ name: String, _ phase: Phase, _ description: [UInt8]) {
        calls[name] = phase
        ask(.answer(session: name, from: "b", description: description, RelayOptions()), of: name)
    }

    private func end(_ name: String) {
        calls[name] = .ending
        ask(.delete(session: name), of: name)
    }

    private func answered(_ reply: RelayReply, _ command: RelayCommand, _ name: String) {
        if case .refused = reply {
            switch command {
            case .delete, .adopt: calls[name] = nil
            case .rollback, .query, .list, .drain, .status: return
            case .offer, .answer: if calls[name] != nil { end(name) }
            }
            return
        }
        switch (command, calls[name]) {
        case (.offer, .offering): calls[name] = .ringing
        case (.offer, .reoffering):
            // The other party refuses, or takes it.
            if random.chance(50) {
                ask(.rollback(session: name), of: name)
            } else {
                ask(.answer(session: name, from: "b", description: Self.video, RelayOptions()), of: name)
            }
        case (.answer, .answering), (.answer, .reoffering), (.rollback, .reoffering): calls[name] = .talking
        case (.delete, _): calls[name] = nil
        // The call has ended meanwhile, and the offer has made its session anew.
        case (.offer, nil): end(name)
        default: return
        }
    }

    /// Whether the relay did what it was asked isn't known. Without a connection it is asked again after the next one.
    private func lost(_ command: RelayCommand, _ name: String) {
        guard let phase = calls[name] else {
            if case .offer = command, link != nil { end(name) }
            return
        }
        switch command {
        case .adopt, .query, .list, .drain, .status: return
        case .delete:
            guard link != nil else { return }
            again(in: .milliseconds(200), generation) { [unowned self] in if calls[name] != nil { end(name) } }
        case .offer, .answer, .rollback:
            if phase == .ending { return }
            if link == nil { calls[name] = .ending } else { end(name) }
        }
    }
}
