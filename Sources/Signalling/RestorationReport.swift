import CallControl
import Logging
import TandemKit
import Wire

/// What became of the calls that an earlier process has left to one shard, for the log.
struct RestorationReport {
    /// Most sentences about single calls.
    private static let sentenceLimit = 20

    private var restored = 0
    private var ending = 0
    private var lost = 0
    private var refused: [String] = []
    private var refusedCount = 0
    /// Adapter instances of which the build has changed, with the number of calls that were begun with the other.
    private var otherBuilds: [String: Int] = [:]

    mutating func note(_ restoration: CallRestoration, of record: CallRecord, in engine: CallEngine) {
        switch restoration {
        case .restored:
            restored += 1
            for (instance, build) in record.adapters where !engine.hasAdapter(instance, build: build) {
                otherBuilds[instance, default: 0] += 1
            }
        case .ending: ending += 1
        case .lost: lost += 1
        case .refused(let reason): refuse("call \(record.number): \(reason)")
        }
    }

    mutating func unreadable(_ call: CallNumber, _ error: WireError) { refuse("call \(call): \(error)") }

    private mutating func refuse(_ sentence: String) {
        refusedCount += 1
        if refused.count < Self.sentenceLimit { refused.append(sentence) }
    }

    func write(to log: Logger, shard: Int) {
        log.notice(
            "calls of the process before are taken up",
            metadata: [
                "shard": "\(shard)", "going-on": "\(restored)", "ending": "\(ending)", "lost-while-ringing": "\(lost)",
                "not-recovered": "\(refusedCount)",
            ])
        for sentence in refused { log.error("a call of the process before can't go on: \(sentence)") }
        for (instance, calls) in otherBuilds.sorted(by: { $0.key < $1.key }) {
            log.warning(
                "calls were begun with another build of an adapter, or one that is gone: they go on with what there is now",
                metadata: ["instance": "\(instance)", "calls": "\(calls)"])
        }
    }
}
