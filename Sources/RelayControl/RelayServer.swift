import MediaRelay
import TandemKit
import Timing

/// Carries out the commands of signalling on one thread of the relay. Sans-IO and used on the sessions' thread.
///
/// A connection owns the sessions that it made or adopted. When it ends, their media flow on, and they wait for the next
/// connection to adopt them: that is how calls outlive the process that made them.
public final class RelayServer<Host: MediaPortHost> {
    private let sessions: RelaySessions<Host>
    private let census: SessionCensus
    private let place: RelayPlace
    private let counters: ControlCounters

    /// A server for these sessions, which are part of those in the census. `counters` are the whole relay's.
    public init(
        sessions: RelaySessions<Host>, census: SessionCensus, place: RelayPlace = RelayPlace(),
        counters: ControlCounters = ControlCounters()
    ) {
        self.sessions = sessions
        self.census = census
        self.place = place
        self.counters = counters
    }

    /// Carries out a command of a connection and gives the reply to its number.
    public func receive(
        _ command: RelayCommand, number: UInt32, from connection: UInt64, now: Timestamp
    ) -> RelayMessage {
        defer { if let session = command.session { census.settle(session, isPresent: sessions.has(session)) } }
        do throws(RelayError) {
            return .reply(number: number, try carryOut(command, connection, now))
        } catch {
            let reason = error.description
            return .reply(number: number, error.isOfDescription ? .unacceptable(reason) : .refused(reason))
        }
    }

    /// A connection has ended.
    public func disconnect(_ connection: UInt64, now: Timestamp) { sessions.disown(connection, now: now) }

    /// What has happened since the last look; to whom it is told is the owner, nil when there is none.
    public func sweep(now: Timestamp) -> [(connection: UInt64?, message: RelayMessage)] {
        sessions.sweep(now: now).map { connection, event in
            if event.kind == .abandoned { census.forget(event.session) }
            return (connection, .event(event))
        }
    }

    private func carryOut(
        _ command: RelayCommand, _ connection: UInt64, _ now: Timestamp
    ) throws(RelayError) -> RelayReply {
        switch command {
        case .offer(let session, let from, let bytes, let options):
            let seen = try sessions.offer(
                try read(bytes), from: from, in: session, options, connection: connection, now: now)
            return .description(seen.bytes)
        case .answer(let session, let from, let bytes, let options):
            return .description(try sessions.answer(try read(bytes), from: from, in: session, options, now: now).bytes)
        case .rollback(let session):
            try sessions.rollback(session, now: now)
            return .done
        case .delete(let session):
            return .figures(MediaFigures.all(of: try sessions.delete(session), now: now))
        case .query(let session):
            return .figures(MediaFigures.all(of: try sessions.query(session), now: now))
        case .adopt(let session):
            try sessions.adopt(session, by: connection)
            return .done
        case .list(_, let part, let parts):
            return list(part, of: parts)
        case .drain(_, let isDraining):
            sessions.isDraining = isDraining
            return .done
        case .status:
            return .status(status(now))
        }
    }

    private func list(_ part: Int, of parts: Int) -> RelayReply {
        let names = sessions.names.filter { parts == 1 || SessionHash.part(of: $0, among: parts) == part }
        let size = names.reduce(16) { $0 + $1.utf8.count + 4 }
        guard size <= RelayCommand.messageByteLimit else {
            return .refused("\(names.count) sessions don't fit in a message: ask for their list in more parts")
        }
        return .sessions(names)
    }

    private func status(_ now: Timestamp) -> RelayStatus {
        var status = RelayStatus()
        status.thread = place.thread
        status.threads = place.threads
        status.process = place.process
        status.uptime = (now - place.begun).nanoseconds / 1_000_000
        status.isDraining = sessions.isDraining
        status.sessions = UInt32(clamping: sessions.count)
        status.interfaces = sessions.interfaces.enumerated().map { index, interface in
            let used = sessions.pairsInUse(on: index)
            return RelayStatus.Interface(
                name: interface.name, pairsInUse: UInt32(clamping: used),
                pairsFree: UInt32(clamping: sessions.pairsFree(on: index)))
        }
        status.traffic = sessions.traffic
        status.control = ControlFigures(counters)
        return status
    }

    private func read(_ bytes: [UInt8]) throws(RelayError) -> SessionDescription {
        guard bytes.count <= RelayCommand.descriptionByteLimit else {
            throw .descriptionTooLong(limit: RelayCommand.descriptionByteLimit)
        }
        do throws(SDPError) { return try SessionDescription(bytes) } catch { throw .description(error) }
    }
}
