import MediaRelay
import RelayControl
import ShardLoop
import TandemKit
import Timing

/// One thread of the relay: its sockets, its sessions, and the commands for them.
final class RelayThread: LoopMember {
    private let shard: RelayShard
    private let sessions: RelaySessions<RelayShard>
    private let server: NGServer<RelayShard>
    private let commands: RelayServer<RelayShard>
    private let mailbox: Mailbox<ControlMessage>
    private let socket: ControlSocket
    private var batch: [ControlMessage] = []
    private var nextSweep: Timestamp

    /// How often the sessions are looked at.
    static let sweepInterval = TimeInterval.seconds(1)

    init(
        loop: ShardLoop, interfaces: [MediaInterface], mailbox: Mailbox<ControlMessage>, socket: ControlSocket,
        census: SessionCensus
    ) throws(LoopError) {
        shard = try RelayShard(loop: loop, interfaces: interfaces)
        sessions = RelaySessions(host: shard, interfaces: interfaces)
        server = NGServer(sessions: sessions, census: census)
        commands = RelayServer(sessions: sessions, census: census)
        nextSweep = loop.now + Self.sweepInterval
        self.mailbox = mailbox
        self.socket = socket
        loop.add(self)
    }

    /// Carries a command out and answers it.
    func receive(_ message: UnsafeRawBufferPointer, from client: Endpoint, now: Timestamp) {
        guard let answer = server.receive(message, from: client, now: now) else { return }
        socket.send(answer, to: client)
    }

    var nextDeadline: Timestamp? { nextSweep }

    func fireTimers(now: Timestamp) {
        guard now >= nextSweep else { return }
        nextSweep = now + Self.sweepInterval
        // Sessions of the NG protocol have no connection that events could be told to: their clients ask.
        _ = commands.sweep(now: now)
    }

    var hasMail: Bool { mailbox.hasMail }

    func receiveMail(now: Timestamp) {
        mailbox.take(into: &batch)
        for message in batch {
            message.bytes.withUnsafeBytes { receive($0, from: message.client, now: now) }
        }
        batch.removeAll(keepingCapacity: true)
    }
}
