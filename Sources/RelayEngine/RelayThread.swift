import MediaRelay
import RelayControl
import ShardLoop
import TandemKit
import Timing

/// One thread of the relay: its sockets, its sessions, and the commands for them.
final class RelayThread: LoopMember {
    /// What the threads of a relay have in common.
    struct Shared: Sendable {
        let census: SessionCensus
        /// The ports of the interfaces.
        let pools: [SharedPortPool]
        /// What clients of the NG protocol were told lately.
        let answers = NGAnswers()
        let counters = ControlCounters()
        /// The socket of the NG protocol; nil when it isn't served.
        let ng: ControlSocket?
        let settings: RelaySettings
    }

    /// How often the sessions are looked at.
    static let sweepInterval = TimeInterval.seconds(1)

    private let shard: RelayShard
    private let ng: NGServer<RelayShard>
    private let commands: RelayServer<RelayShard>
    private let mailbox: Mailbox<ThreadMessage>
    private let shared: Shared
    /// The connections whose commands have come here, for events.
    private var connections: [UInt64: CommandConnection] = [:]
    private var batch: [ThreadMessage] = []
    private var nextSweep: Timestamp
    private var meter: BusyMeter
    private let place: RelayPlace

    init(
        loop: ShardLoop, interfaces: [MediaInterface], place: RelayPlace,
        mailbox: Mailbox<ThreadMessage>, shared: Shared
    ) throws(LoopError) {
        shard = RelayShard(
            loop: loop, interfaces: interfaces, pools: shared.pools, codePoint: shared.settings.codePoint)
        let sessions = RelaySessions(host: shard, interfaces: interfaces, limits: shared.settings.limits)
        ng = NGServer(sessions: sessions, census: shared.census, answers: shared.answers)
        commands = RelayServer(
            sessions: sessions, census: shared.census, place: place, counters: shared.counters)
        nextSweep = loop.now + Self.sweepInterval
        meter = BusyMeter(now: loop.now)
        self.place = place
        self.mailbox = mailbox
        self.shared = shared
        loop.add(self)
    }

    /// Carries a message out.
    func receive(_ message: ThreadMessage, now: Timestamp) {
        switch message {
        case .ng(let message, let client):
            shared.ng?.send(ng.receive(message, from: client, now: now), to: client)
        case .command(let command, let number, let connection):
            connections[connection.id] = connection
            connection.send(commands.receive(command, number: number, from: connection.id, now: now))
        case .ended(let connection):
            connections[connection] = nil
            commands.disconnect(connection, now: now)
        }
    }

    var nextDeadline: Timestamp? { nextSweep }

    func fireTimers(now: Timestamp) {
        guard now >= nextSweep else { return }
        nextSweep = now + Self.sweepInterval
        shared.census.note(share: meter.share(until: now), of: place.thread)
        // Sessions of the NG protocol have no connection that events could be told to: their clients ask.
        for (connection, message) in commands.sweep(now: now) {
            if let connection { connections[connection]?.send(message) }
        }
    }

    var hasMail: Bool { mailbox.hasMail }

    func receiveMail(now: Timestamp) {
        mailbox.take(into: &batch)
        for message in batch { receive(message, now: now) }
        batch.removeAll(keepingCapacity: true)
    }
}
