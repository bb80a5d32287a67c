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
    /// Whether something is to be written down.
    public var hasRecordChanges: Bool { !changedCalls.isEmpty || !removedCalls.isEmpty }

    /// Gives what has changed since the last time, as it is now: each call at most once. What is handed over is to be
    /// written before the engine's output is sent.
    public func takeRecordChanges(
        _ write: (CallRecordChange, CallNumber, UnsafeRawBufferPointer) -> Void
    ) {
        for handle in changedCalls {
            guard let call = calls[handle], call.isChanged else { continue }
            call.isChanged = false
            recordWriter.removeAll()
            if call.phase != .ending {
                call.write(to: &recordWriter)
                call.isRecorded = call.answeredAt != nil
                recordWriter.bytes.withUnsafeBytes { write(.put, call.number, $0) }
            } else if call.isRecorded {
                call.writeEnding(to: &recordWriter)
                recordWriter.bytes.withUnsafeBytes { write(.add, call.number, $0) }
            }
        }
        changedCalls.removeAll(keepingCapacity: true)
        for number in removedCalls { write(.remove, number, UnsafeRawBufferPointer(start: nil, count: 0)) }
        removedCalls.removeAll(keepingCapacity: true)
    }

    /// Has all calls written down anew at the next `takeRecordChanges`.
    public func rewriteRecords() { calls.forEach { changed($0) } }

    /// Has some calls written down anew.
    public func rewriteRecords(of numbers: some Collection<CallNumber>) {
        let wanted = Set(numbers)
        calls.forEach { if wanted.contains($0.number) { changed($0) } }
    }

    /// Notes that a call is not what was written down of it.
    func changed(_ call: Call) {
        guard keepsRecords, !call.isChanged else { return }
        call.isChanged = true
        changedCalls.append(call.handle)
    }

    /// A point in time in nanoseconds of the wall clock since 1970.
    func wallClock(_ time: Timestamp) -> UInt64 { time.nanoseconds &+ wallClockOffset }
}
