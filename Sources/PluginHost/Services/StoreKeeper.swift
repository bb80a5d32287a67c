import Dispatch
import Foundation
import Synchronization
import TandemKit

/// The stores of all instances, by the instances' names, and their files. What changes is written within a second, on a queue
/// of its own. From any thread.
final class StoreKeeper: Sendable {
    private struct State {
        var stores: [String: InstanceStore] = [:]
        var folder: StoreFolder?
        /// The changes that each file has.
        var written: [String: UInt64] = [:]
        var isScheduled = false
        /// Whose last write failed: that is said once.
        var behind: Set<String> = []
    }

    private let clock: ServiceClock
    private let say: @Sendable (PluginLog.Level, _ sentence: String) -> Void
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "tandem.plugin.stores", qos: .utility)
    private let files = Mutex(())

    /// - Parameter say: Tells the log what is wrong with a file.
    init(clock: ServiceClock, say: @escaping @Sendable (PluginLog.Level, _ sentence: String) -> Void) {
        self.clock = clock
        self.say = say
    }

    /// Keeps stores in a folder from now on. Before the first instance is made.
    func open(_ path: String) {
        guard state.withLock({ $0.folder == nil }) else { return }
        do throws(StoreFolder.Problem) {
            let folder = try StoreFolder(path)
            state.withLock { $0.folder = folder }
        } catch {
            say(.error, "\(error.sentence): what plugins keep won't outlive this process")
        }
    }

    /// The store of an instance's name.
    func store(of instance: String) -> InstanceStore {
        if let store = state.withLock({ $0.stores[instance] }) { return store }
        let store = InstanceStore(read(instance), clock: clock) { [weak self] in self?.schedule() }
        return state.withLock { state in
            if let present = state.stores[instance] { return present }
            state.stores[instance] = store
            return store
        }
    }

    /// Forgets all values.
    func clear() { for store in state.withLock({ $0.stores }).values { store.clear() } }

    /// Writes everything that has changed.
    func flush() {
        files.withLock { _ in
            let (stores, written, folder) = state.withLock { state in
                state.isScheduled = false
                return (state.stores, state.written, state.folder)
            }
            guard let folder else { return }
            for (instance, store) in stores where store.changes != written[instance] ?? 0 {
                write(store, of: instance, to: folder)
            }
        }
    }

    private func write(_ store: InstanceStore, of instance: String, to folder: StoreFolder) {
        let (entries, changes) = store.contents
        do throws(StoreFolder.Problem) {
            try folder.write(StoreFile.bytes(entries, offset: offset), of: instance)
            let wasBehind = state.withLock { state in
                state.written[instance] = changes
                return state.behind.remove(instance) != nil
            }
            if wasBehind { say(.notice, "what \(instance) keeps is written again") }
        } catch {
            if state.withLock({ $0.behind.insert(instance).inserted }) {
                say(.error, "\(error.sentence): what \(instance) keeps is in memory alone until that is mended")
            }
            schedule()
        }
    }

    private func schedule() {
        let begins = state.withLock { state in
            guard state.folder != nil, !state.isScheduled else { return false }
            state.isScheduled = true
            return true
        }
        if begins { queue.asyncAfter(deadline: .now() + .milliseconds(500)) { [weak self] in self?.flush() } }
    }

    private func read(_ instance: String) -> [String: InstanceStore.Entry] {
        guard let folder = state.withLock({ $0.folder }) else { return [:] }
        do {
            guard let bytes = try folder.read(instance) else { return [:] }
            return try StoreFile.entries(bytes, now: clock.now, offset: offset)
        } catch {
            let cause = (error as? StoreFolder.Problem)?.sentence ?? "\(error)"
            let place = folder.setAside(instance).map { "the file is now \($0)" } ?? "the file can't be put aside"
            say(.error, "what \(instance) has kept can't be used (\(cause)); it begins empty, and \(place)")
            return [:]
        }
    }

    /// From the clock to nanoseconds since 1970.
    private var offset: UInt64 { UInt64(Date().timeIntervalSince1970 * 1e9) &- clock.now }
}
