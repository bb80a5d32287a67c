public import TandemKit
import Timing
import Wire

/// How what is written down of a call changes.
public enum CallRecordChange: Sendable, Hashable {
    /// This instead of all before.
    case put
    /// This too.
    case add
    /// Nothing any more: the call is over.
    case remove
}

/// What is written down of calls, so that they outlive the process.
extension CallEngine {
    /// Whether something is to be written down before the engine's output is sent.
    ///
    /// That a call is gone is no such thing: its end was told and written before, so if that is all that is lost, the
    /// call's parties get one BYE more, which they answer with 481, and nobody hears of its end again.
    public var hasRecordChanges: Bool { hasUrgentChanges }

    /// Whether something is to be written down, now or with what comes next.
    public var hasAnyRecordChanges: Bool { !changedCalls.isEmpty || !removedCalls.isEmpty }

    /// Gives what has changed since the last time, as it is now: each call at most twice. What is handed over is to be
    /// written before the engine's output is sent.
    public func takeRecordChanges(
        _ write: (CallRecordChange, CallNumber, UnsafeRawBufferPointer) -> Void
    ) {
        for handle in changedCalls {
            guard let call = calls[handle], call.recordState.isListed else { continue }
            take(call, write)
        }
        changedCalls.removeAll(keepingCapacity: true)
        hasUrgentChanges = false
        for number in removedCalls { write(.remove, number, UnsafeRawBufferPointer(start: nil, count: 0)) }
        removedCalls.removeAll(keepingCapacity: true)
    }

    private func take(
        _ call: Call, _ write: (CallRecordChange, CallNumber, UnsafeRawBufferPointer) -> Void
    ) {
        func hand(_ change: CallRecordChange, _ fill: (inout WireWriter) -> Void) {
            recordWriter.removeAll()
            fill(&recordWriter)
            recordWriter.withUnsafeBytes { write(change, call.number, $0) }
        }
        let state = call.recordState
        call.recordState = CallRecordState()
        // One that rang is reported as ended already, and nothing could be done for it.
        if call.phase == .ending, call.answeredAt == nil {
            if state.isWritten { hand(.remove) { _ in } }
            return
        }
        // Nor could anything for one whose party another call has.
        let isWhole = call.callerLeg != nil && call.calleeLeg != nil
        if call.phase == .ending, !state.isWritten, !isWhole { return }
        call.recordState.isWritten = true
        if !state.isWritten || (state.isStale && call.phase != .ending) {
            hand(.put, call.write)
        } else {
            if state.callerAcknowledged { hand(.add) { $0.put(CallNote.callerAcknowledged.rawValue) } }
            if state.calleeAcknowledged { hand(.add) { $0.put(CallNote.calleeAcknowledged.rawValue) } }
        }
        if call.phase == .ending { hand(.add, call.writeEnding) }
    }

    /// Has all calls written down anew at the next `takeRecordChanges`.
    public func rewriteRecords() { calls.forEach { writeAnew($0) } }

    /// Has some calls written down anew.
    public func rewriteRecords(of numbers: some Collection<CallNumber>) {
        let wanted = Set(numbers)
        calls.forEach { if wanted.contains($0.number) { writeAnew($0) } }
    }

    private func writeAnew(_ call: Call) {
        changed(call)
        call.recordState.isWritten = false
    }

    /// Notes that a call is not what was written down of it.
    func changed(_ call: Call) {
        guard keepsRecords else { return }
        hasUrgentChanges = true
        call.recordState.isStale = true
        list(call)
    }

    /// Notes that a party has acknowledged our 2xx. To be written with what comes next: if it is lost, the 2xx is sent
    /// once more.
    func noteAcknowledgement(of leg: Leg) {
        let call = leg.call
        guard keepsRecords, call.answeredAt != nil else { return }
        if leg.isCaller {
            call.recordState.callerAcknowledged = true
        } else {
            call.recordState.calleeAcknowledged = true
        }
        list(call)
    }

    private func list(_ call: Call) {
        guard !call.recordState.isListed else { return }
        call.recordState.isListed = true
        changedCalls.append(call.handle)
    }

    /// A point in time in nanoseconds of the wall clock since 1970.
    func wallClock(_ time: Timestamp) -> UInt64 { time.nanoseconds &+ wallClockOffset }
}
