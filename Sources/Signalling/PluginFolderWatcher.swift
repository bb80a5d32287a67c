import CLinux
import Foundation
import Glibc
import Logging
import PluginHost
import ShardLoop
import TandemKit
import Timing

/// Watches the plugin folder on a thread of its own and says what has changed in it. The kernel tells most changes
/// (inotify); a look every two seconds finds those that it doesn't: on network file systems, and behind symbolic links.
final class PluginFolderWatcher: Sendable {
    /// The time between two looks when nothing is told.
    static let interval = 2_000

    private let folder: String
    private let log: Logger
    private let stopping: Int32
    private let ended = DispatchSemaphore(value: 0)

    init(folder: String, log: Logger) {
        self.folder = folder
        self.log = log
        stopping = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    }

    deinit { if stopping >= 0 { close(stopping) } }

    /// Begins; `take` is called on the watcher's thread.
    ///
    /// - Parameter loaded: The files that were loaded before.
    func start(loaded: [String], _ take: @escaping @Sendable (PluginFolderChanges.Batch) -> Void) throws(LoopError) {
        _ = try ShardThread(name: "tandem-plugins") { [self] in
            watch(PluginFolderChanges(loaded: loaded), take)
            ended.signal()
        }
    }

    /// Ends the thread that `start` made and waits for it.
    func stop() {
        eventfd_write(stopping, 1)
        ended.wait()
    }

    private func watch(_ first: PluginFolderChanges, _ take: (PluginFolderChanges.Batch) -> Void) {
        var changes = first
        var watch = FolderWatch(folder: folder)
        var complaint = ""
        while true {
            watch.renew()
            do throws(PluginHostError) {
                changes.look(try PluginFingerprint.all(in: folder), at: MonotonicClock.now())
                complaint = ""
            } catch {
                // What can't be seen has not changed.
                if error.description != complaint { log.error("\(error) Nothing new is taken from there until then.") }
                complaint = error.description
            }
            if let batch = changes.take(at: MonotonicClock.now()) {
                take(batch)
                continue  // what has happened meanwhile
            }
            guard wait(for: watch, until: changes.deadline) else { return }
            for (name, isWritten) in watch.writers() { changes.note("\(prefix)\(name)", isWritten: isWritten) }
        }
    }

    private var prefix: String { folder.hasSuffix("/") ? folder : folder + "/" }

    /// False when it is time to stop.
    private func wait(for watch: borrowing FolderWatch, until deadline: Timestamp?) -> Bool {
        var limit = Self.interval
        if let deadline {
            let now = MonotonicClock.now()
            limit = min(limit, deadline > now ? Int((deadline - now).nanoseconds / 1_000_000) + 1 : 0)
        }
        var polled = [
            pollfd(fd: stopping, events: Int16(POLLIN), revents: 0),
            pollfd(fd: watch.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&polled, 2, Int32(limit))
        return polled[0].revents == 0
    }
}
