import MediaRelay
import MemoryPorts
import RelayControl
import TandemKit
import Timing

/// The relay: threads with their sessions, each with a mailbox that takes its time, behind any number of connections.
final class SimulatedRelay {
    /// One thread.
    final class Thread {
        let host: MemoryHost
        let sessions: RelaySessions<MemoryHost>
        let server: RelayServer<MemoryHost>
        var lastArrival = Timestamp(nanoseconds: 0)
        /// Which connection each session is owned by, as an onlooker sees it.
        var owners: [String: SimulatedLink] = [:]
        /// What of each session must stay as it is whatever becomes of its owner.
        var flows: [String: [Flow]] = [:]

        /// One party's ports, where they lead and whom they have heard.
        struct Flow: Equatable {
            let pair: MediaPortPair
            let sink: Int32
            let destination: Endpoint?
        }

        init(_ place: RelayPlace, _ interfaces: [MediaInterface], _ census: SessionCensus, leaksPorts: Bool) {
            host = MemoryHost(interfaces)
            host.leaksPorts = leaksPorts
            sessions = RelaySessions(host: host, interfaces: interfaces)
            server = RelayServer(sessions: sessions, census: census, place: place)
        }

        /// A session's ports, where each leads and what it has heard.
        func flow(_ name: String) -> [Flow]? {
            guard sessions.has(name), let report = try? sessions.query(name) else { return nil }
            var flows: [Flow] = []
            for media in report.media {
                for party in media.parties {
                    guard let party else { continue }
                    flows.append(
                        Flow(pair: party.pair, sink: party.rtp.sink, destination: party.rtp.latch.destination))
                }
            }
            return flows
        }
    }

    static let threadCount = 2
    private(set) var threads: [Thread]
    private(set) var links: [UInt64: SimulatedLink] = [:]
    private(set) var isDead = false
    private unowned let simulation: ProtocolSimulation
    private let census = SessionCensus(threads: threadCount, sessionsPerThread: 2)
    private var random: SplitMix

    init(_ simulation: ProtocolSimulation, seed: UInt64) {
        self.simulation = simulation
        random = SplitMix(state: seed)
        let interfaces = [
            MediaInterface(name: "lan", address: IPAddress(ipv4: 0x0A00_0001), ports: 40_000...40_079),
            MediaInterface(name: "wan", address: IPAddress(ipv4: 0x0A00_0002), ports: 50_000...50_079),
        ]
        let (census, leaksPorts) = (census, simulation.canary == .portsLeak)
        threads = (0..<Self.threadCount).map { index in
            Thread(RelayPlace(thread: index, threads: Self.threadCount), interfaces, census, leaksPorts: leaksPorts)
        }
        for index in threads.indices { sweepLater(index, first: random.milliseconds(1_000)) }
    }

    /// The process is gone: its memory, its ports and its ends of all connections.
    func die() {
        isDead = true
        for link in links.values {
            (link.receiveAtRelay, link.endAtRelay) = (nil, nil)
            link.sever()
        }
        links = [:]
    }

    func accept(_ link: SimulatedLink) {
        links[link.id] = link
        link.receiveAtRelay = { [unowned self, unowned link] bytes in receive(bytes, link) }
        link.endAtRelay = { [unowned self, unowned link] in end(link) }
    }

    private func receive(_ bytes: [UInt8], _ link: SimulatedLink) {
        guard !isDead else { return }
        guard let (number, command) = bytes.withUnsafeBytes({ try? RelayCommand.read($0) }) else {
            return simulation.violate("a command of the client's can't be read")
        }
        let thread = command.session.map(census.place) ?? command.thread ?? 0
        post(to: thread) { [unowned self] in carryOut(command, number, link, thread) }
    }

    private func end(_ link: SimulatedLink) {
        links[link.id] = nil
        for index in threads.indices {
            if simulation.canary == .endUntold, index == 1 { continue }
            post(to: index) { [unowned self] in
                threads[index].server.disconnect(link.id, now: simulation.now)
                checkFlows(index, "its owner went")
            }
        }
    }

    /// Leaves work for a thread, which does it in order, a little later.
    private func post(to index: Int, _ work: @escaping () -> Void) {
        let arrival = max(threads[index].lastArrival, simulation.now + random.milliseconds(2))
        threads[index].lastArrival = arrival
        simulation.time.at(arrival) { [weak self] in if self?.isDead == false { work() } }
    }

    private func carryOut(_ command: RelayCommand, _ number: UInt32, _ link: SimulatedLink, _ index: Int) {
        let thread = threads[index]
        let wasThere = command.session.map(thread.sessions.has) ?? false
        let message = thread.server.receive(command, number: number, from: link.id, now: simulation.now)
        if let session = command.session {
            let isThere = thread.sessions.has(session)
            if case .adopt = command, isThere {
                if thread.flow(session) != thread.flows[session] {
                    simulation.violate("\(session) changed by adoption")
                }
                thread.owners[session] = link
            }
            if !wasThere, isThere { thread.owners[session] = link }
            if !isThere { thread.owners[session] = nil }
            thread.flows[session] = thread.flow(session)
        }
        guard links[link.id] != nil else { return }
        guard case .reply(let number, let reply) = message else { return simulation.violate("a command without reply") }
        let wrong: UInt32 = simulation.canary == .replyMisnumbered && random.chance(3) ? 1 : 0
        link.sendToShard(RelayMessage.reply(number: number &- wrong, reply).bytes)
    }

    private func sweepLater(_ index: Int, first: TimeInterval = .seconds(1)) {
        simulation.time.after(first) { [weak self] in
            guard let self, !isDead else { return }
            sweep(index)
            sweepLater(index)
        }
    }

    private func sweep(_ index: Int) {
        let thread = threads[index]
        speak(thread)
        let owners = thread.owners
        for (connection, message) in thread.server.sweep(now: simulation.now) {
            guard case .event(let event) = message else { return simulation.violate("a sweep that replies") }
            if event.kind == .abandoned {
                (thread.owners[event.session], thread.flows[event.session]) = (nil, nil)
            } else if let connection, connection != owners[event.session]?.id {
                simulation.violate("an event of \(event.session) for another than its owner")
            }
            if let connection { links[connection]?.sendToShard(message.bytes) }
        }
        checkFlows(index, "a sweep")
        checkPorts(thread)
        for (session, link) in thread.owners where thread.sessions.has(session) {
            // The break is told within 0.5 s and what was on its way before; then 60 s, and a second till the sweep.
            if let brokenAt = link.brokenAt, simulation.now - brokenAt > .seconds(66) {
                simulation.violate("\(session) without owner since \(brokenAt)")
            }
        }
    }

    /// Has some parties speak, so that there is something to tell.
    private func speak(_ thread: Thread) {
        for name in thread.sessions.names.sorted() where random.chance(50) {
            guard let report = try? thread.sessions.query(name) else { continue }
            for party in report.media.flatMap(\.parties).compactMap(\.self) {
                guard let place = party.rtp.latch.destination else { continue }
                thread.host.hear(party.pair.rtp, from: place, at: simulation.now)
            }
        }
    }

    private func checkFlows(_ index: Int, _ reason: String) {
        for (name, flow) in threads[index].flows where threads[index].flow(name) != flow {
            simulation.violate("\(name) changed by \(reason)")
        }
    }

    /// Called right after `checkFlows`, when `flows` is what the sessions have.
    private func checkPorts(_ thread: Thread) {
        var used = thread.sessions.interfaces.map { _ in 0 }
        for flow in thread.flows.values.joined() { used[flow.pair.interface] += 1 }
        for index in used.indices {
            let counts = (thread.host.pools[index].takenCount, thread.sessions.pairsInUse(on: index))
            if counts != (used[index], used[index]) {
                simulation.violate("sessions have \(used[index]) pairs, the pool has given out \(counts)")
            }
        }
        if Set(thread.flows.keys) != Set(thread.sessions.names) {
            simulation.violate("a session has come or gone unseen")
        }
    }
}
