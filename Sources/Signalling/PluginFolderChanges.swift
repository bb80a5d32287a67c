import PluginHost
import Timing

/// Finds out from looks at the plugin folder which files are new, changed or gone, and when they are whole: nothing is
/// told of a file that somebody is writing, or that was another one a moment ago. Without clock and file system.
struct PluginFolderChanges {
    /// How long nothing may happen in the folder before a change counts.
    static let settling = TimeInterval.milliseconds(150)
    /// After this long a settled file isn't kept waiting for others that go on changing.
    static let patience = TimeInterval.seconds(2)
    /// After this long without a change a file counts as whole though whoever writes it hasn't closed it.
    static let forgotten = TimeInterval.seconds(10)

    /// What is to be done.
    struct Batch: Equatable {
        /// Files to be read, in the order of their names.
        var changed: [String] = []
        /// Files that are gone.
        var removed: [String] = []
        var isEmpty: Bool { changed.isEmpty && removed.isEmpty }
    }

    private struct Open {
        /// Nil when the file is gone.
        var seen: PluginFingerprint?
        var since: Timestamp
    }

    /// The files as they were last told.
    private var known: [String: PluginFingerprint]
    /// What differs from that, and since when it is as it is.
    private var open: [String: Open] = [:]
    private var openSince: Timestamp?
    private var writing: Set<String> = []

    /// - Parameter loaded: The files that were loaded already. Each is told once more, since it may have changed before the
    ///   first look.
    init(loaded: [String]) {
        let unseen = PluginFingerprint([])
        known = Dictionary(loaded.map { ($0, unseen) }) { first, _ in first }
    }

    /// Somebody writes into a file (true), or has closed it.
    mutating func note(_ file: String, isWritten: Bool) {
        if isWritten { writing.insert(file) } else { writing.remove(file) }
    }

    /// Takes note of all files as they are now.
    mutating func look(_ files: [String: PluginFingerprint], at now: Timestamp) {
        for (file, print) in files {
            if known[file] == print {
                open[file] = nil
            } else if open[file]?.seen != print || open[file] == nil {
                open[file] = Open(seen: print, since: now)
            }
        }
        for file in known.keys where files[file] == nil && (open[file] == nil || open[file]?.seen != nil) {
            open[file] = Open(seen: nil, since: now)
        }
        for (file, change) in open where change.seen != nil && files[file] == nil && known[file] == nil {
            open[file] = nil  // gone before anybody had it
        }
        writing.formIntersection(open.keys)
        openSince = open.isEmpty ? nil : openSince ?? now
    }

    /// When `take` may have something; nil when nothing is open.
    var deadline: Timestamp? {
        guard let openSince, let latest = open.keys.map(settled).max(), let first = open.keys.map(settled).min() else {
            return nil
        }
        return min(latest, max(first, openSince + Self.patience))
    }

    /// What counts now: all that is open once it has settled; after a while, what of it has.
    mutating func take(at now: Timestamp) -> Batch? {
        guard let deadline, deadline <= now else { return nil }
        var batch = Batch()
        for (file, change) in open.sorted(by: { $0.key < $1.key }) where settled(file) <= now {
            open[file] = nil
            if let seen = change.seen {
                known[file] = seen
                batch.changed.append(file)
            } else {
                known[file] = nil
                batch.removed.append(file)
            }
        }
        openSince = open.isEmpty ? nil : now
        return batch.isEmpty ? nil : batch
    }

    private func settled(_ file: String) -> Timestamp {
        guard let change = open[file] else { return Timestamp(nanoseconds: 0) }
        return change.since + (writing.contains(file) ? Self.forgotten : Self.settling)
    }
}
