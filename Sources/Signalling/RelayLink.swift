import CallControl
import Glibc
import Logging
import MediaRelay
import RelayControl
import ShardLoop
import Sockets
import TandemKit
import Timing
import Wire

/// One shard's connection to the relay's process.
///
/// Connects by itself, and again when the connection ends: calls then go on, their sessions wait at the relay until they
/// are adopted. A session that the relay no longer has ends its call. Used on the shard's thread.
final class RelayLink: MediaLink, DescriptorHandler, LoopMember {
    /// How long after a lost connection the next is tried.
    static let retryInterval = TimeInterval.milliseconds(250)
    /// How long the relay may take for a reply.
    static let patience = TimeInterval.seconds(1)
    /// Most messages that wait for room in the socket.
    static let queueLimit = 65_536

    /// Whom a reply is for.
    private enum Asker {
        case call(MediaSession)
        case adoption(MediaSession)
        case orphans
    }

    private let path: String
    private let names: RelaySessionName
    private let loop: ShardLoop
    private unowned let shard: SignallingShard
    private let log: Logger
    /// Whether the log has been told that the relay is away.
    private var isMissed = false

    /// Whether calls of a process before were taken up, whose sessions the first connection finds.
    private var isSuccessor: Bool
    private var orphans = RelayOrphans()
    private var client = RelayClient(patience: RelayLink.patience)
    private var askers: [UInt64: Asker] = [:]
    private var nextToken: UInt64 = 1
    private var descriptor: Int32 = -1
    private var watch = Watch.none
    private var retry: Timestamp
    /// Messages for which the socket had no room, from `queueHead`.
    private var queue: [[UInt8]] = []
    private var queueHead = 0
    private let buffer: UnsafeMutableRawBufferPointer

    init(
        path: String, names: RelaySessionName, isSuccessor: Bool, loop: ShardLoop, shard: SignallingShard, log: Logger
    ) {
        self.isSuccessor = isSuccessor
        self.path = path
        self.names = names
        self.loop = loop
        self.shard = shard
        self.log = log
        retry = loop.now
        buffer = .allocate(byteCount: RelayCommand.messageByteLimit, alignment: 16)
        loop.add(self)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        buffer.deallocate()
    }

    // MARK: Commands

    var isConnected: Bool { client.isConnected }

    func send(_ command: MediaCommand, now: Timestamp) -> MediaOutcome? {
        let name = names.text(of: command.session)
        switch command.action {
        case .offer(let party, let description):
            let from = party == .caller ? command.caller : command.callee
            let towards = party == .caller ? command.callee : command.caller
            return ask(
                .offer(session: name, from: tag(party), description: description, options(from, towards)),
                for: .call(command.session), now)
        case .answer(let party, let description):
            let from = party == .caller ? command.caller : command.callee
            let towards = party == .caller ? command.callee : command.caller
            return ask(
                .answer(session: name, from: tag(party), description: description, options(from, towards)),
                for: .call(command.session), now)
        case .rollback: _ = ask(.rollback(session: name), for: nil, now)
        case .delete: _ = ask(.delete(session: name), for: nil, now)
        }
        return nil
    }

    private func ask(_ command: RelayCommand, for asker: Asker?, _ now: Timestamp) -> MediaOutcome? {
        let token = asker == nil ? 0 : nextToken
        guard let message = client.send(command, token: token, now: now) else {
            return .unavailable(client.isConnected ? "too many commands wait for the relay" : "the relay is away")
        }
        if let asker {
            askers[token] = asker
            nextToken += 1
        }
        transmit(message)
        return nil
    }

    private func options(
        _ from: (trunk: TrunkContext, address: IPAddress), _ towards: (trunk: TrunkContext, address: IPAddress)
    ) -> RelayOptions {
        var options = RelayOptions()
        options.from = from.trunk.media.interface
        options.towards = towards.trunk.media.interface
        options.latching = LatchPolicy(from.trunk.media.latching)
        options.signallingAddress = from.address
        options.passes = from.trunk.media.passes.intersection(towards.trunk.media.passes)
        return options
    }

    private func tag(_ party: MediaParty) -> String { party == .caller ? "caller" : "callee" }

    // MARK: Replies

    private func take(_ notice: RelayClient.Notice, _ now: Timestamp) {
        switch notice {
        case .ended(let token, let outcome):
            guard let asker = askers.removeValue(forKey: token) else { return }
            switch asker {
            case .call(let session): shard.engine.receive(MediaOutcome(outcome), for: session, at: now)
            case .adoption(let session):
                if case .reply(.refused) = outcome { shard.engine.receive(.gone, of: session, at: now) }
            case .orphans:
                guard case .reply(let reply) = outcome else { return }
                for command in orphans.take(reply, isOrphan: isOrphan) { askAboutOrphans(command, now) }
            }
        case .event(let event):
            guard let session = names.session(event.session), let event = MediaEvent(event) else { return }
            shard.engine.receive(event, of: session, at: now)
        }
    }

    private func take(_ notices: [RelayClient.Notice], _ now: Timestamp) {
        for notice in notices { take(notice, now) }
        if !notices.isEmpty { shard.drain() }
    }

    // MARK: The connection

    var nextDeadline: Timestamp? { descriptor < 0 ? retry : client.nextDeadline }

    func fireTimers(now: Timestamp) {
        if descriptor < 0, now >= retry { connect(now) }
        take(client.expire(now: now), now)
    }

    private func connect(_ now: Timestamp) {
        retry = now + Self.retryInterval
        let descriptor = UnixSocket.make(.messages, isNonBlocking: true)
        guard descriptor >= 0 else { return }
        guard UnixSocket.withAddress(path, { Glibc.connect(descriptor, $0, $1) }) == 0,
            let watch = try? loop.watch(descriptor, for: .read, handler: self)
        else {
            miss(String(cString: strerror(errno)))
            close(descriptor)
            return
        }
        if isMissed { log.info("the media relay is there again", metadata: metadata) }
        isMissed = false
        self.descriptor = descriptor
        self.watch = watch
        client.connected()
        for session in shard.engine.mediaSessions {
            let name = names.text(of: session)
            _ = ask(.adopt(session: name), for: .adoption(session), now)
            // Nobody knows any more of the offer that may wait there.
            if isSuccessor, !shard.engine.awaitsAnswer(session) { _ = ask(.rollback(session: name), for: nil, now) }
        }
        if isSuccessor { askAboutOrphans(orphans.question, now) }
        isSuccessor = false
    }

    private func askAboutOrphans(_ command: RelayCommand, _ now: Timestamp) {
        if case .delete = command {
            _ = ask(command, for: nil, now)
        } else {
            _ = ask(command, for: .orphans, now)
        }
    }

    private func isOrphan(_ name: String) -> Bool {
        guard let session = names.session(name), session.call.shard == UInt16(shard.number) else { return false }
        return !shard.engine.hasMedia(session)
    }

    private var metadata: Logger.Metadata { ["shard": "\(shard.number)", "socket": "\(path)"] }

    /// Tells the log, once until the relay is back.
    private func miss(_ error: String) {
        guard !isMissed else { return }
        isMissed = true
        log.warning(
            "the media relay is away: calls that need it are refused, and it is tried again",
            metadata: metadata.merging(["error": "\(error)"]) { $1 })
    }

    private func disconnect(_ now: Timestamp) {
        guard descriptor >= 0 else { return }
        miss("it has closed the connection")
        loop.unwatch(watch)
        close(descriptor)
        descriptor = -1
        queue.removeAll()
        queueHead = 0
        retry = now + Self.retryInterval
        take(client.disconnected(), now)
    }

    func ready(_ readiness: Readiness, context: UInt64, now: Timestamp) {
        if readiness.contains(.write) { flush() }
        var isUsed = false
        while descriptor >= 0 {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { break }
            guard count > 0 else { return disconnect(now) }
            do throws(WireError) {
                let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                guard let notice = try client.receive(bytes) else { continue }
                take(notice, now)
                isUsed = true
            } catch {
                return disconnect(now)  // no relay of ours: what it says next means nothing either
            }
        }
        if isUsed { shard.drain() }
    }

    private func transmit(_ message: [UInt8]) {
        if queueHead == queue.count, write(message) { return }
        guard queue.count - queueHead < Self.queueLimit else {
            _ = shutdown(descriptor, Int32(SHUT_RDWR))  // who reads nothing is as good as gone; the next read tells
            return
        }
        if queue.isEmpty { loop.change(watch, to: [.read, .write]) }
        queue.append(message)
    }

    /// Returns false when the socket has no room. Any other failure shows in the next read.
    private func write(_ message: [UInt8]) -> Bool {
        while true {
            let count = message.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            return count >= 0 || errno != EAGAIN
        }
    }

    private func flush() {
        while queueHead < queue.count {
            guard write(queue[queueHead]) else { return }
            queueHead += 1
        }
        queue.removeAll(keepingCapacity: true)
        queueHead = 0
        loop.change(watch, to: .read)
    }
}

extension MediaOutcome {
    fileprivate init(_ outcome: RelayClient.Outcome) {
        switch outcome {
        case .reply(.description(let bytes)): self = .description(bytes)
        case .reply(.unacceptable(let reason)): self = .unacceptable(reason)
        case .reply(.refused(let reason)): self = .unavailable(reason)
        case .reply: self = .unavailable("the relay's reply makes no sense")
        case .lost: self = .unavailable("the relay gave no reply")
        }
    }
}

extension MediaEvent {
    fileprivate init?(_ event: RelayEvent) {
        switch event.kind {
        case .firstPacket: return nil
        case .silent: self = .silent(party: event.party, media: event.media, isControl: event.isControl)
        case .heardAgain: self = .heardAgain(party: event.party, media: event.media, isControl: event.isControl)
        case .abandoned: self = .gone
        }
    }
}

extension LatchPolicy {
    fileprivate init(_ latching: TrunkMedia.Latching) {
        switch latching {
        case .strict: self = .strict
        case .known: self = .known
        case .any: self = .any
        }
    }
}
