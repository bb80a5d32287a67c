import CallControl
import TandemKit
import Timing

/// What one shard of a node has written down: the journal's semantics without files.
struct NodeMemory {
    private(set) var entries: [UInt64: [[UInt8]]] = [:]
    private var highest: UInt64 = 0

    /// Takes down what has changed.
    mutating func write(from engine: CallEngine) {
        engine.takeRecordChanges { change, number, payload in
            highest = max(highest, number.raw)
            switch change {
            case .put: entries[number.raw] = [Array(payload)]
            case .add: entries[number.raw]?.append(Array(payload))
            case .remove: entries[number.raw] = nil
            }
        }
    }

    /// Gives a new engine the calls of the one before, and begins anew with what that knows. Returns the reasons for
    /// which calls could not go on.
    mutating func restore(to engine: CallEngine, at now: Timestamp) -> [String] {
        var refusals: [String] = []
        engine.resumeNumbers(after: CallNumber(raw: highest))
        for (key, payloads) in entries.sorted(by: { $0.key < $1.key }) {
            guard let record = try? CallRecord(CallNumber(raw: key), payloads) else {
                refusals.append("call \(key) can't be read")
                continue
            }
            if case .refused(let reason) = engine.restore(record, at: now) { refusals.append(reason) }
        }
        entries = [:]
        engine.rewriteRecords()
        write(from: engine)
        return refusals
    }
}
