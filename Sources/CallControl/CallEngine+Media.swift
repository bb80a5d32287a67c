import TandemKit
public import Timing

/// The media relay, as the shell speaks with it for the engine.
extension CallEngine {
    /// Whether something is to be sent to the relay.
    public var hasMediaCommands: Bool { !mediaCommands.isEmpty }

    /// Takes what is to be sent to the relay, in order.
    public func takeMediaCommands() -> [MediaCommand] {
        guard !mediaCommands.isEmpty else { return [] }
        defer { mediaCommands.removeAll(keepingCapacity: true) }
        return mediaCommands
    }

    /// The outcome of the last offer or answer of a session. Every one has to have one, or its call waits for ever.
    public func receive(_ outcome: MediaOutcome, for session: MediaSession, at now: Timestamp) {
        begin(at: now)
        calls[session.handle]?.received(outcome)
        readEvents()
        traceOutput()
    }

    /// Something has happened to the media of a session.
    public func receive(_ event: MediaEvent, of session: MediaSession, at now: Timestamp) {
        begin(at: now)
        calls[session.handle]?.received(event, attempt: session.attempt)
        readEvents()
        traceOutput()
    }

    /// Whether a session is a living call's.
    public func hasMedia(_ session: MediaSession) -> Bool {
        guard let call = calls[session.handle], call.number == session.call, 1..<32 ~= session.attempt else {
            return false
        }
        return call.media.sessions & 1 << UInt32(session.attempt) != 0
    }

    /// Whether an offer waits at the relay for an answer that can still come, of a call that was taken up.
    public func awaitsAnswer(_ session: MediaSession) -> Bool {
        guard hasMedia(session), let call = calls[session.handle] else { return false }
        return [call.callerLeg, call.calleeLeg].contains { $0?.answer?.relaysAcknowledgement == true }
    }

    /// The sessions of all calls alive: what a new connection to the relay has to adopt.
    public var mediaSessions: [MediaSession] {
        var all: [MediaSession] = []
        calls.forEach { call in
            for attempt in call.attempts where call.media.sessions & 1 << UInt32(attempt.number) != 0 {
                all.append(MediaSession(call: call.number, handle: call.handle, attempt: attempt.number))
            }
        }
        return all
    }
}
