import CallControl
import Journal
import Logging
import TandemKit
import Timing
import Wire

/// The journal of the daemon, and what the process before has left in it.
struct DaemonJournal: Sendable {
    let folder: JournalFolder
    let contents: JournalContents
    /// Whose sessions those at the relay are: the process's before, if it has left calls.
    let epoch: UInt64

    /// Opens the journal. Without one calls are served all the same: what is wrong with it goes to the log.
    static func open(_ path: String, log: Logger) -> DaemonJournal? {
        do throws(JournalError) {
            let folder = try JournalFolder(path)
            let contents = try JournalContents(of: folder)
            for problem in contents.problems { log.error("\(problem)") }
            let epoch = (contents.count > 0 ? contents.epoch : nil) ?? .random(in: 1 ... .max)
            return DaemonJournal(folder: folder, contents: contents, epoch: epoch)
        } catch {
            log.error("\(error): calls won't outlive a crash")
            return nil
        }
    }

    /// Whether there are calls in it.
    var hasCalls: Bool { contents.count > 0 }

    /// How many shards the calls in it need: a call stays on the shard that its tags name.
    var shardsNeeded: Int { (contents.entries.filter { !$0.value.isEmpty }.keys.max() ?? -1) + 1 }

    /// Has a shard's engine take up the calls that were left.
    func restore(shard: Int, to engine: CallEngine, now: Timestamp, log: Logger) {
        if let highest = contents.highestKeys[shard] { engine.resumeNumbers(after: CallNumber(raw: highest)) }
        let entries = contents.entries[shard] ?? [:]
        guard !entries.isEmpty else { return }
        var report = RestorationReport()
        for (key, payloads) in entries.sorted(by: { $0.key < $1.key }) {
            let number = CallNumber(raw: key)
            do throws(WireError) {
                let record = try CallRecord(number, payloads)
                report.note(engine.restore(record, at: now), of: record, in: engine)
            } catch {
                report.unreadable(number, error)
            }
        }
        report.write(to: log, shard: shard)
    }
}
