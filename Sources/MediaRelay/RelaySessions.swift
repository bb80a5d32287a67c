import TandemKit
import Timing

/// The sessions of one relay thread: what is offered, answered, rolled back and deleted, and by which ports.
///
/// Sans-IO: `Host` owns the sockets, `now` is a parameter, and what is to be told comes back as a result. Used on one
/// thread.
public final class RelaySessions<Host: MediaPortHost> {
    /// Bounds of what commands can make grow.
    public struct Limits: Hashable, Sendable {
        /// Most sessions at a time.
        public var sessions = 50_000
        /// The longest name of a session or a party, in bytes.
        public var nameBytes = 512
        /// How long a session may be without owner.
        public var ownerless = TimeInterval.seconds(60)
        /// How long a first offer may be without answer: longer than any phone rings.
        public var unanswered = TimeInterval.seconds(600)
        /// How long a session of a client without connection may hear neither media nor commands.
        public var forgotten = TimeInterval.seconds(3_600)
        /// After how long a silence is told.
        public var silence = TimeInterval.seconds(30)

        /// The default bounds.
        public init() {}
    }

    /// The interfaces that ports are opened on; the first is the default.
    public let interfaces: [MediaInterface]
    /// Whether new sessions are refused.
    public var isDraining = false

    unowned let host: Host
    let limits: Limits
    var sessions: [String: RelaySession] = [:]
    /// What came through ports that are closed.
    private var past = MediaTraffic()
    private var pairsInUse: [Int]

    /// No session yet. `host` must outlive the sessions.
    public init(host: Host, interfaces: [MediaInterface], limits: Limits = Limits()) {
        precondition(!interfaces.isEmpty, "a relay has at least one interface")
        self.host = host
        self.interfaces = interfaces
        self.limits = limits
        pairsInUse = interfaces.map { _ in 0 }
    }

    /// Sessions now.
    public var count: Int { sessions.count }
    /// Whether there is a session of this name.
    public func has(_ name: String) -> Bool { sessions[name] != nil }
    /// Their names, in no order.
    public var names: [String] { Array(sessions.keys) }
    /// Pairs of ports that the sessions have on an interface.
    public func pairsInUse(on interface: Int) -> Int { pairsInUse[interface] }
    /// Pairs of ports that an interface has left, for these sessions and others.
    public func pairsFree(on interface: Int) -> Int { host.pairsFree(on: interface) }

    /// What has come through all ports until now, closed ones included.
    public var traffic: MediaTraffic {
        var sum = past
        for session in sessions.values {
            for pair in session.streams.lazy.flatMap({ [$0.pairs.0, $0.pairs.1] }).compactMap(\.self) {
                sum.add(host.port(pair.rtp))
                sum.add(host.port(pair.rtcp))
            }
        }
        return sum
    }

    /// Takes an offer of a party and gives what the other party is to see. The first offer makes the session.
    ///
    /// `connection` is who answers for the session; nil for a client that has none. On an error everything is as before. A second offer of the same party before the answer replaces the first.
    public func offer(
        _ description: SessionDescription, from tag: String, in name: String, _ options: RelayOptions,
        connection: UInt64? = nil, now: Timestamp
    ) throws(RelayError) -> SessionDescription {
        try checkLength(of: name, tag)
        let session = try session(name, orBegunBy: tag, connection, now)
        guard let party = session.party(tag) ?? join(session, tag) else { throw .unknownParty(tag) }
        guard description.media.count <= RelaySession.mediaLimit else {
            abandonIfEmpty(session)
            throw .tooManyMedia(limit: RelaySession.mediaLimit)
        }
        let present = session.streams
        do throws(RelayError) {
            try checkNames(in: options)
            try open(session, for: description, party, options, now)
        } catch {
            restore(session, to: present, now)
            abandonIfEmpty(session)
            throw error
        }
        let before = session.pending.map { $0.from == party ? $0.before : present } ?? present
        session.pending = RelaySession.PendingOffer(
            from: party, mediaCount: description.media.count, before: before)
        session.lastCommand = now
        return finish(description, session, party, options, now)
    }

    /// Takes the answer to the pending offer and gives what the offer's writer is to see.
    public func answer(
        _ description: SessionDescription, from tag: String, in name: String, _ options: RelayOptions, now: Timestamp
    ) throws(RelayError) -> SessionDescription {
        guard let session = sessions[name] else { throw .unknownSession(name) }
        try checkLength(of: name, tag)
        try checkNames(in: options)
        guard let party = session.party(tag) ?? join(session, tag) else { throw .unknownParty(tag) }
        // An offer may have no media at all (RFC 3264 §5): then it is the pending one alone that tells of it.
        guard session.pending.map({ $0.from != party }) ?? !session.streams.isEmpty else { throw .noOffer }
        let offered = session.pending?.mediaCount ?? session.streams.count
        guard description.media.count == offered else {
            throw .mediaCount(offered: offered, answered: description.media.count)
        }
        refuse(description, in: session)
        if session.answered == nil { session.answered = now }
        session.pending = nil
        session.lastCommand = now
        return finish(description, session, party, options, now)
    }

    /// Takes back the offer that waits for its answer: the other party refused it. The media go on as before.
    public func rollback(_ name: String, now: Timestamp) throws(RelayError) {
        guard let session = sessions[name] else { throw .unknownSession(name) }
        guard let pending = session.pending else { return }
        restore(session, to: pending.before, now)
        session.pending = nil
        session.lastCommand = now
        abandonIfEmpty(session)
    }

    /// Ends a session and gives what came through it.
    @discardableResult
    public func delete(_ name: String) throws(RelayError) -> RelayReport {
        let report = try query(name)
        guard let session = sessions.removeValue(forKey: name) else { throw .unknownSession(name) }
        session.streams.forEach(close)
        return report
    }

    /// What came through a session until now.
    public func query(_ name: String) throws(RelayError) -> RelayReport {
        guard let session = sessions[name] else { throw .unknownSession(name) }
        let media = session.streams.map { stream in
            RelayReport.Media(
                parties: [0, 1].map { party in
                    stream.pair(party).map {
                        RelayReport.Party(rtp: host.port($0.rtp), rtcp: host.port($0.rtcp), pair: $0)
                    }
                })
        }
        let tags = [session.tags.0] + (session.tags.1.map { [$0] } ?? [])
        return RelayReport(name: name, tags: tags, media: media)
    }

    private func session(
        _ name: String, orBegunBy tag: String, _ connection: UInt64?, _ now: Timestamp
    ) throws(RelayError) -> RelaySession {
        if let session = sessions[name] { return session }
        guard !isDraining else { throw .draining }
        guard sessions.count < limits.sessions else { throw .tooManySessions(limit: limits.sessions) }
        let session = RelaySession(
            name: name, tag: tag, owner: connection.map(RelaySession.Owner.connection) ?? .client, now: now)
        sessions[name] = session
        return session
    }

    /// Makes a tag the second party's. A fork's other callee takes the place of the one before: only one can answer.
    private func join(_ session: RelaySession, _ tag: String) -> Int? {
        guard session.tags.1 == nil || session.pending?.from == 0 else { return nil }
        session.tags.1 = tag
        return 1
    }

    private func abandonIfEmpty(_ session: RelaySession) {
        if session.streams.isEmpty { sessions[session.name] = nil }
    }

    /// Opens the ports that an offer needs and lacks, towards both parties.
    private func open(
        _ session: RelaySession, for description: SessionDescription, _ party: Int, _ options: RelayOptions,
        _ now: Timestamp
    ) throws(RelayError) {
        for (index, media) in description.media.enumerated() {
            if index == session.streams.count { session.streams.append(RelayStream()) }
            guard !media.isRejected, isRelayed(media, options) else { continue }
            for side in [1 - party, party] where session.streams[index].pair(side) == nil {
                let named = side == party ? options.from : options.towards
                let interface = try named.map(index(ofInterface:)) ?? self.interface(of: session, side)
                guard let pair = host.openPair(on: interface, policy: options.latching, now: now) else {
                    throw .noPorts(
                        interface: interfaces[interface].name, free: host.pairsFree(on: interface))
                }
                pairsInUse[interface] += 1
                session.streams[index].setPair(side, pair)
            }
            if let one = session.streams[index].pair(0), let other = session.streams[index].pair(1) {
                host.join(one.rtp, other.rtp)
                host.join(one.rtcp, other.rtcp)
            }
        }
    }

    private func checkLength(of name: String, _ tag: String) throws(RelayError) {
        guard max(name.utf8.count, tag.utf8.count) <= limits.nameBytes else {
            throw .nameTooLong(limit: limits.nameBytes)
        }
    }

    private func checkNames(in options: RelayOptions) throws(RelayError) {
        for name in [options.from, options.towards] {
            if let name { _ = try index(ofInterface: name) }
        }
    }

    private func index(ofInterface name: String) throws(RelayError) -> Int {
        guard let index = interfaces.firstIndex(where: { $0.name == name }) else { throw .unknownInterface(name) }
        return index
    }

    private func isRelayed(_ media: MediaDescription, _ options: RelayOptions) -> Bool {
        media.transport.contains("RTP/") && (media.kind == "audio" || options.passes.contains(media.kind))
    }

    /// The interface that a party's media already use, else the first.
    private func interface(of session: RelaySession, _ party: Int) -> Int {
        for stream in session.streams {
            if let pair = stream.pair(party) { return pair.interface }
        }
        return 0
    }

    /// Closes the ports of media that an answer refuses.
    private func refuse(_ description: SessionDescription, in session: RelaySession) {
        for (index, media) in description.media.enumerated() where media.isRejected {
            close(session.streams[index])
            session.streams[index] = RelayStream()
        }
    }

    private func finish(
        _ description: SessionDescription, _ session: RelaySession, _ party: Int, _ options: RelayOptions,
        _ now: Timestamp
    ) -> SessionDescription {
        var description = description
        var pairs: [MediaPortPair?] = []
        for (index, media) in description.media.enumerated() {
            let pair = media.isRejected ? nil : session.streams[index].pair(1 - party)
            pairs.append(pair)
            guard pair != nil else { continue }
            var expectation = DescriptionRewriting.expectation(of: media, in: description, options)
            if let endpoint = expectation.endpoint, isOwn(endpoint, session) { expectation.endpoint = nil }
            session.streams[index].setExpectation(party, expectation)
            expect(session.streams[index], party, now)
        }
        let interface = pairs.lazy.compactMap { $0?.interface }.first ?? self.interface(of: session, 1 - party)
        DescriptionRewriting.rewrite(&description, pairs, advertised: interfaces[interface].advertised, options)
        return description
    }

    /// Whether media sent there would come back into the session, and go round for ever: RTP by the port, RTCP by the
    /// next one, which as well as an odd port may be that of RTP.
    private func isOwn(_ endpoint: Endpoint, _ session: RelaySession) -> Bool {
        session.streams.lazy.flatMap { [$0.pairs.0, $0.pairs.1] }.compactMap(\.self).contains { pair in
            let interface = interfaces[pair.interface]
            return (endpoint.address == interface.address || endpoint.address == interface.advertised)
                && abs(Int(endpoint.port) - Int(pair.number)) <= 1
        }
    }

    private func expect(_ stream: RelayStream, _ party: Int, _ now: Timestamp) {
        guard let pair = stream.pair(party), var expectation = stream.expectation(party) else { return }
        host.expect(pair.rtp, expectation, now: now)
        expectation.endpoint = expectation.endpoint.map { Endpoint(address: $0.address, port: $0.port &+ 1) }
        host.expect(pair.rtcp, expectation, now: now)
    }

    /// Puts the streams back to what they were and closes the ports that they didn't have.
    private func restore(_ session: RelaySession, to before: [RelayStream], _ now: Timestamp) {
        for (index, stream) in session.streams.enumerated() {
            let earlier = index < before.count ? before[index] : RelayStream()
            for party in 0...1 {
                if let pair = stream.pair(party), earlier.pair(party) != pair { close(pair) }
            }
        }
        session.streams = before
        for stream in before {
            for party in 0...1 { expect(stream, party, now) }
        }
    }

    func close(_ stream: RelayStream) {
        // What waits at one party's ports leaves from the other's, so none is closed before.
        for pair in [stream.pairs.0, stream.pairs.1] { if let pair { host.relayWaiting(at: pair) } }
        if let pair = stream.pairs.0 { close(pair) }
        if let pair = stream.pairs.1 { close(pair) }
    }

    private func close(_ pair: MediaPortPair) {
        past.add(host.port(pair.rtp))
        past.add(host.port(pair.rtcp))
        pairsInUse[pair.interface] -= 1
        host.close(pair)
    }
}
