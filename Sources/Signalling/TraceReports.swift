import Admin
import CallControl
import SIPTransaction
import TandemKit
import Timing

/// Puts a call's story together: the messages of both legs from the trace ring, and the decisions between them. Called
/// on the shard's thread.
enum TraceReports {
    /// The story of one call; nil when this shard doesn't know it.
    static func call(_ number: CallNumber, in engine: CallEngine, trunks: [String], clock: WallClock) -> TracedCall? {
        engine.story(of: number).map { make($0, messages(of: [number], in: engine), trunks, clock) }
    }

    /// The stories of the calls that came from or went to a trunk, as far as this shard remembers them.
    static func calls(of trunk: String, in engine: CallEngine, trunks: [String], clock: WallClock) -> [TracedCall] {
        let living = engine.snapshot().compactMap { engine.story(of: $0.number) }
        let stories = (engine.endedStories + living).filter {
            $0.snapshot.ingressTrunk == trunk || $0.snapshot.egressTrunk == trunk
                || $0.plan.choices.contains { $0.trunk == trunk }
        }
        let records = messages(of: Set(stories.map(\.snapshot.number)), in: engine)
        return stories.map { story in
            make(story, records.filter { $0.record.call == story.snapshot.number }, trunks, clock)
        }
    }

    private struct Message {
        let record: TraceRecord
        let bytes: [UInt8]
    }

    private static func messages(of calls: Set<CallNumber>, in engine: CallEngine) -> [Message] {
        var found: [Message] = []
        engine.trace.forEach { record, bytes in
            if calls.contains(record.call) { found.append(Message(record: record, bytes: Array(bytes))) }
        }
        return found
    }

    /// Puts the end of an attempt behind the last message to or from its trunk until then. The same moment may have
    /// messages of the next attempt already.
    private static func insert(_ attempt: FailedAttempt, into events: inout [TraceEvent], startedAt start: Timestamp) {
        let time = Int64((attempt.time - start).nanoseconds / 1_000)
        let last = events.lastIndex { event in
            guard event.microseconds <= time else { return false }
            guard case .message(let message) = event.kind else { return true }
            return (1...attempt.number).contains(message.leg)
        }
        let decision = TraceDecision(
            plugin: "tandem", rule: "attempt \(attempt.number)", before: attempt.trunk,
            outcome: "failed: \(attempt.failure)")
        events.insert(
            TraceEvent(microseconds: time, kind: .decision(decision)), at: last.map { $0 + 1 } ?? events.count)
    }

    private static func make(
        _ story: CallStory, _ messages: [Message], _ trunks: [String], _ clock: WallClock
    ) -> TracedCall {
        let start = story.snapshot.startedAt
        let decisions = story.plan.log.entries.map { entry in
            TraceEvent(
                microseconds: 0,
                kind: .decision(
                    TraceDecision(
                        plugin: entry.plugin, rule: entry.rule, before: entry.before.isEmpty ? nil : entry.before,
                        after: entry.after.isEmpty ? nil : entry.after,
                        outcome: entry.note.isEmpty
                            ? entry.outcome.rawValue : "\(entry.outcome.rawValue): \(entry.note)")
                ))
        }
        let lines = messages.map { message in
            let record = message.record
            let offset = (record.time - start).nanoseconds / 1_000
            let trunk = Int(record.trunk) < trunks.count ? trunks[Int(record.trunk)] : "-"
            return TraceEvent(
                microseconds: Int64(offset),
                kind: .message(
                    TraceMessage(
                        leg: Int(record.leg), isOutgoing: record.isOutgoing, isRetransmission: record.isRetransmission,
                        trunk: trunk, remote: "\(record.flow.remote)", bytes: message.bytes)))
        }
        // The decisions were made when the first message, the caller's INVITE, had been read.
        var events = Array(lines.prefix(1)) + decisions + Array(lines.dropFirst())
        for attempt in story.failedAttempts { insert(attempt, into: &events, startedAt: start) }
        return TracedCall(
            call: "\(story.snapshot.number)", ingress: story.snapshot.ingressTrunk, egress: story.snapshot.egressTrunk,
            from: story.snapshot.from, to: story.snapshot.to,
            outcome: story.outcome.map { "\($0)" } ?? "\(story.snapshot.phase)", startedAt: clock.text(start),
            events: events)
    }
}
