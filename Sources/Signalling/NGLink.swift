import CallControl
import Glibc
import RelayControl
import ShardLoop
import Sockets
import TandemKit
import Timing

/// One shard's way to rtpengines, by the NG protocol: in place of our own relay, when the media of one machine are not
/// enough. What they can't do is left out: an offer that was refused isn't rolled back, and who is silent shows when they
/// are asked. Used on the shard's thread.
final class NGLink: MediaLink, DescriptorHandler, LoopMember {
    /// How often each session is asked about.
    static let queryInterval = TimeInterval.seconds(10)
    static let messageByteLimit = 65_536

    private enum Asker {
        case call(MediaSession, NGQuestion, media: Int)
        case query(MediaSession)
        case search(MediaSession, relay: Int)
        case nobody
    }

    private struct Known {
        var relay: Int
        /// How many relays were asked to make the session.
        var asked = 1
        /// Whether a relay has answered: before, none is asked who is silent, and another may still be tried.
        var isThere = false
        /// The tag of the session's first offer.
        let first: MediaParty
        var offerer: MediaParty
        var listening = NGListening()
    }

    private let relays: [Endpoint]
    private let names: RelaySessionName
    private unowned let shard: SignallingShard
    private var sockets: [Int32] = []
    private var client: NGClient
    private var askers: [UInt64: Asker] = [:]
    private var nextToken: UInt64 = 0
    private var sessions: [MediaSession: Known] = [:]
    /// Sessions of a process before, while it isn't known which relay has them: how many are still to answer.
    private var sought: [MediaSession: (first: MediaParty, relays: Int)] = [:]
    private var nextQuery: Timestamp
    private let buffer: UnsafeMutableRawBufferPointer

    /// Opens a socket to each relay. An error of one shows when it is asked: it gives no answer.
    init(relays: [Endpoint], names: RelaySessionName, loop: ShardLoop, shard: SignallingShard) {
        self.relays = relays
        self.names = names
        self.shard = shard
        client = NGClient(relays: relays.count, prefix: .random(in: 1 ... .max))
        nextQuery = loop.now + Self.queryInterval
        buffer = .allocate(byteCount: Self.messageByteLimit, alignment: 16)
        for (index, relay) in relays.enumerated() {
            let kind = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            let descriptor = socket(relay.address.isIPv6 ? AF_INET6 : AF_INET, kind, 0)
            _ = SocketAddress(relay).read { connect(descriptor, $0, $1) }
            _ = try? loop.watch(descriptor, for: .read, handler: self, context: UInt64(index))
            sockets.append(descriptor)
        }
        loop.add(self)
    }

    deinit {
        sockets.forEach { close($0) }
        buffer.deallocate()
    }

    /// Asks all relays for the sessions of calls that a process before has left.
    func seekSessions(now: Timestamp) {
        for case let media? in shard.engine.snapshot().map(\.media) {
            sought[media.session] = (media.firstOfferer, relays.count)
            for relay in relays.indices {
                ask(
                    .query(call: names.text(of: media.session)), of: relay, for: .search(media.session, relay: relay),
                    now)
            }
        }
    }

    private func take(_ outcome: NGClient.Outcome, seeking session: MediaSession, at relay: Int, _ now: Timestamp) {
        guard let seek = sought[session] else { return }
        if case .answered = outcome {
            sought[session] = nil
            sessions[session] = Known(relay: relay, isThere: true, first: seek.first, offerer: seek.first)
        } else if seek.relays > 1 {
            sought[session] = (seek.first, seek.relays - 1)
        } else {
            sought[session] = nil
            shard.engine.receive(.gone, of: session, at: now)
        }
    }

    // MARK: Commands

    /// Whether one of the relays is there shows only when it is asked.
    var isConnected: Bool { !sockets.isEmpty }

    func send(_ command: MediaCommand, now: Timestamp) -> MediaOutcome? {
        switch command.action {
        case .offer(let party, let bytes): return pass(bytes, of: party, isOffer: true, command, now)
        case .answer(let party, let bytes): return pass(bytes, of: party, isOffer: false, command, now)
        case .rollback: return nil
        case .delete:
            guard let known = sessions.removeValue(forKey: command.session) else { return nil }
            let question = NGQuestion.delete(call: names.text(of: command.session), from: tag(known.first))
            ask(question, of: known.relay, for: .nobody, now)
            return nil
        }
    }

    private func pass(
        _ bytes: [UInt8], of party: MediaParty, isOffer: Bool, _ command: MediaCommand, _ now: Timestamp
    ) -> MediaOutcome? {
        let session = command.session
        let writer = party == .caller ? command.caller : command.callee
        let reader = party == .caller ? command.callee : command.caller
        var known =
            sessions[session]
            ?? Known(relay: client.relay(for: session.call.raw, now: now), first: party, offerer: party)
        if isOffer { known.offerer = party }
        sessions[session] = known
        let kinds = writer.trunk.media.passes.intersection(reader.trunk.media.passes).union(["audio"])
        guard let (allowed, count) = Self.refusing(bytes, allBut: kinds) else {
            return .unacceptable("the description can't be read")
        }
        var description = NGQuestion.Description(
            call: names.text(of: session), from: tag(known.offerer), to: tag(known.offerer.other), bytes: allowed)
        if let from = writer.trunk.media.interface, let towards = reader.trunk.media.interface {
            description.direction = [from, towards]
        }
        description.source = "\(writer.address)"
        description.isStrict = writer.trunk.media.latching == .strict
        let question = isOffer ? NGQuestion.offer(description) : .answer(description)
        let isAsked = ask(question, of: known.relay, for: .call(session, question, media: count), now)
        return isAsked ? nil : .unavailable("too many commands wait for the relay")
    }

    /// The description with port 0 for media that don't pass, and how many media it has; nil when it can't be read.
    private static func refusing(_ bytes: [UInt8], allBut kinds: Set<String>) -> (bytes: [UInt8], media: Int)? {
        guard var description = try? SessionDescription(bytes) else { return nil }
        var isChanged = false
        for index in description.media.indices where !kinds.contains(description.media[index].kind) {
            if description.media[index].isRejected { continue }
            description.media[index].port = 0
            isChanged = true
        }
        return (isChanged ? description.bytes : bytes, description.media.count)
    }

    @discardableResult
    private func ask(_ question: NGQuestion, of relay: Int, for asker: Asker, _ now: Timestamp) -> Bool {
        nextToken += 1
        guard let message = client.ask(question, of: relay, token: nextToken, now: now) else { return false }
        askers[nextToken] = asker
        transmit(message)
        return true
    }

    /// What the kernel can't send now is sent again with the next repetition.
    private func transmit(_ message: NGClient.Transmission) {
        _ = message.bytes.withUnsafeBytes {
            Glibc.send(sockets[message.relay], $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
    }

    private func tag(_ party: MediaParty) -> String { party == .caller ? "caller" : "callee" }

    // MARK: Answers

    func ready(_ readiness: Readiness, context: UInt64, now: Timestamp) {
        let descriptor = sockets[Int(context)]
        var isUsed = false
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count < 0, errno == EINTR || errno == ECONNREFUSED { continue }
            guard count >= 0 else { break }
            let message = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            guard let (token, outcome) = client.receive(message, from: Int(context)) else { continue }
            take(outcome, for: token, now)
            isUsed = true
        }
        if isUsed { shard.drain() }
    }

    private func take(_ outcome: NGClient.Outcome, for token: UInt64, _ now: Timestamp) {
        switch askers.removeValue(forKey: token) {
        case .call(let session, let question, let count):
            if case .lost = outcome, asksAnother(question, session, media: count, now) { return }
            if case .answered = outcome { sessions[session]?.isThere = true }
            let relay = sessions[session].map { relays[$0.relay] }
            shard.engine.receive(MediaOutcome(outcome, media: count, of: relay), for: session, at: now)
        case .query(let session): take(outcome, of: session, now)
        case .search(let session, let relay): take(outcome, seeking: session, at: relay, now)
        case .nobody, nil: break
        }
    }

    /// Has another relay make a session that this one gives no answer for. Returns false when there is none to ask.
    private func asksAnother(_ question: NGQuestion, _ session: MediaSession, media: Int, _ now: Timestamp) -> Bool {
        guard case .offer = question, var known = sessions[session], !known.isThere, known.asked < sockets.count
        else { return false }
        let other = client.relay(for: session.call.raw, now: now)
        guard other != known.relay else { return false }
        // It may have the session all the same: only its answer may have been lost.
        ask(.delete(call: names.text(of: session), from: tag(known.first)), of: known.relay, for: .nobody, now)
        known.relay = other
        known.asked += 1
        sessions[session] = known
        return ask(question, of: other, for: .call(session, question, media: media), now)
    }

    private func take(_ outcome: NGClient.Outcome, of session: MediaSession, _ now: Timestamp) {
        guard var known = sessions[session] else { return }
        switch outcome {
        case .answered(let answer):
            let changes = known.listening.take(answer, limit: MediaWatch.silence, now: now)
            sessions[session] = known
            for (place, isSilent) in changes {
                let party = place.tag == tag(known.first) ? 0 : 1
                let event: MediaEvent =
                    isSilent
                    ? .silent(party: party, media: place.media, isControl: place.isControl)
                    : .heardAgain(party: party, media: place.media, isControl: place.isControl)
                shard.engine.receive(event, of: session, at: now)
            }
        case .refused: shard.engine.receive(.gone, of: session, at: now)
        case .lost, .unreadable: break  // it may be back before anybody misses it
        }
    }

    // MARK: Timers

    var nextDeadline: Timestamp? { min(client.nextDeadline ?? nextQuery, nextQuery) }

    func fireTimers(now: Timestamp) {
        let (again, lost) = client.expire(now: now)
        again.forEach(transmit)
        for token in lost { take(.lost, for: token, now) }
        if now >= nextQuery {
            nextQuery = now + Self.queryInterval
            for (session, known) in sessions where known.isThere {
                ask(.query(call: names.text(of: session)), of: known.relay, for: .query(session), now)
            }
        }
        if !lost.isEmpty { shard.drain() }
    }
}

extension MediaOutcome {
    fileprivate init(_ outcome: NGClient.Outcome, media count: Int, of relay: Endpoint?) {
        let name = relay.map { "the rtpengine \($0)" } ?? "the rtpengine"
        switch outcome {
        case .answered:
            self =
                outcome.description(media: count).map { .description($0) }
                ?? .unavailable("the answer of \(name) has no description that fits")
        case .refused(let reason): self = .unavailable("\(name) refuses: \(reason)")
        case .unreadable(let reason): self = .unavailable("\(name): \(reason)")
        case .lost: self = .unavailable("\(name) gave no answer")
        }
    }
}
