import TandemKit
import Timing

extension RelaySessions {
    /// Makes a session of a connection that has ended another's own.
    public func adopt(_ name: String, by connection: UInt64) throws(RelayError) {
        guard let session = sessions[name] else { throw .unknownSession(name) }
        session.owner = .connection(connection)
    }

    /// Notes that a connection has ended: its sessions wait for another to adopt them. Their media flow on.
    public func disown(_ connection: UInt64, now: Timestamp) {
        for session in sessions.values where session.owner == .connection(connection) {
            session.owner = .nobody(since: now)
        }
    }

    /// Looks at all sessions, as is done once a second: who was heard, who is silent, who has no owner any more. Only the
    /// last are ended by it.
    public func sweep(now: Timestamp) -> [(connection: UInt64?, event: RelayEvent)] {
        var events: [(UInt64?, RelayEvent)] = []
        for (name, session) in sessions {
            var owner: UInt64?
            if case .connection(let connection) = session.owner { owner = connection }
            if isAbandoned(session, now) {
                sessions[name] = nil
                session.streams.forEach(close)
                events.append((owner, RelayEvent(session: name, .abandoned)))
            } else {
                observe(session, now) { events.append((owner, $0)) }
            }
        }
        return events
    }

    private func isAbandoned(_ session: RelaySession, _ now: Timestamp) -> Bool {
        if session.answered == nil, now - session.begun >= limits.unanswered { return true }
        switch session.owner {
        case .connection: return false
        case .nobody(let since): return now - since >= limits.ownerless
        case .client:
            guard now - session.lastCommand >= limits.forgotten else { return false }
            let ports = session.streams.flatMap { [$0.pairs.0, $0.pairs.1] }.compactMap(\.self)
            return ports.allSatisfy { pair in
                [host.port(pair.rtp), host.port(pair.rtcp)].allSatisfy { port in
                    [port.lastRTP, port.lastRTCP].allSatisfy { $0.map { now - $0 >= limits.forgotten } ?? true }
                }
            }
        }
    }

    private func observe(_ session: RelaySession, _ now: Timestamp, _ tell: (RelayEvent) -> Void) {
        for index in session.streams.indices {
            for party in 0...1 {
                guard let pair = session.streams[index].pair(party) else { continue }
                var told = party == 0 ? session.streams[index].told.0 : session.streams[index].told.1
                let (rtp, rtcp) = (host.port(pair.rtp), host.port(pair.rtcp))
                if !told.isHeard, rtp.lastRTP != nil {
                    told.isHeard = true
                    tell(RelayEvent(session: session.name, .firstPacket, party: party, media: index))
                }
                let control = [rtp.lastRTCP, rtcp.lastRTCP].compactMap(\.self).max()
                for (last, isControl) in [(rtp.lastRTP, false), (control, true)] {
                    guard let since = last.map({ max($0, session.answered ?? $0) }) ?? session.answered else {
                        continue
                    }
                    let isSilent = session.answered != nil && now - since >= limits.silence
                    guard isSilent != (isControl ? told.isControlSilent : told.isSilent) else { continue }
                    if isControl { told.isControlSilent = isSilent } else { told.isSilent = isSilent }
                    tell(
                        RelayEvent(
                            session: session.name, isSilent ? .silent : .heardAgain, party: party, media: index,
                            isControl: isControl))
                }
                if party == 0 { session.streams[index].told.0 = told } else { session.streams[index].told.1 = told }
            }
        }
    }
}
