import CallControl
import Journal
import Logging
import ShardLoop
import TandemKit
import Timing

/// Keeps the calls of one shard written down. Used on the shard's thread.
final class CallJournal: LoopMember {
    /// How often it is looked whether calls have to be written anew.
    static let interval = TimeInterval.seconds(1)
    /// How long what nobody's message waits for may wait for another write: that a call is gone, that a 2xx was acknowledged.
    static let patience = TimeInterval.milliseconds(100)
    /// Most calls written anew at a time.
    static let rewriteLimit = 1_000

    private let writer: JournalWriter
    private let engine: CallEngine
    private unowned let loop: ShardLoop
    private var nextLook: Timestamp
    /// When what waits for another write is written without one; nil when nothing waits.
    private var patienceEnd: Timestamp?

    init(_ journal: DaemonJournal, shard: Int, engine: CallEngine, loop: ShardLoop, log: Logger) {
        writer = JournalWriter(journal.folder, shard: shard, epoch: journal.epoch, after: journal.contents) { notice in
            switch notice {
            case .failed(let sentence): log.error("\(sentence)", metadata: ["shard": "\(shard)"])
            case .recovered: log.notice("the journal is written again", metadata: ["shard": "\(shard)"])
            }
        }
        self.engine = engine
        self.loop = loop
        nextLook = loop.now + Self.interval
        engine.keepsRecords = true
        loop.add(self)
    }

    /// Bytes written.
    var byteCount: UInt64 { writer.byteCount }

    /// Whether calls would not outlive the process now.
    var isBehind: Bool { writer.isBehind }

    /// Writes what has changed. Before the engine's output is sent: nobody is told of a call that would be forgotten.
    func write() {
        if engine.hasRecordChanges { return writeAll() }
        if patienceEnd == nil, engine.hasAnyRecordChanges { patienceEnd = loop.now + Self.patience }
    }

    /// Writes all that has changed: the process is about to become another.
    func flush() {
        if engine.hasAnyRecordChanges { writeAll() }
    }

    private func writeAll() {
        patienceEnd = nil
        engine.takeRecordChanges { [writer] change, number, payload in
            writer.append(JournalChange(change), number.raw, payload)
        }
        writer.flush()
    }

    /// Writes all calls that were taken up, after which what the process before has written counts no more.
    func takeOver() {
        engine.rewriteRecords()
        write()
        writer.dropInherited()
    }

    /// Removes the files, if no call is left that they are for.
    func close() {
        writeAll()
        if writer.count == 0 { writer.removeAll() }
    }

    var nextDeadline: Timestamp? { min(nextLook, patienceEnd ?? nextLook) }

    func fireTimers(now: Timestamp) {
        if let patienceEnd, now >= patienceEnd { writeAll() }
        guard now >= nextLook else { return }
        nextLook = now + Self.interval
        if writer.isBehind {
            writer.restart()
            return takeOver()
        }
        let stale = writer.staleKeys(limit: Self.rewriteLimit)
        if !stale.isEmpty {
            engine.rewriteRecords(of: stale.map(CallNumber.init))
            write()
        }
    }
}

extension JournalChange {
    fileprivate init(_ change: CallRecordChange) {
        switch change {
        case .put: self = .put
        case .add: self = .add
        case .remove: self = .remove
        }
    }
}
