import Admin
import Configuration
import Logging
import PlainText
import PluginHost
import ShardLoop
import Synchronization
import TandemKit
import Timing

/// Takes what changes in the plugin folder into use while calls run: a changed file goes through every check that one
/// goes through at the start, and only when nothing speaks against it do all shards give new calls to it. From the
/// watcher's thread and the control socket's; never a shard's.
final class PluginKeeper: Sendable {
    /// What was done since the start.
    struct Counts: Sendable {
        var swaps = 0
        var refusals = 0
        var retained = 0
    }

    private let live: LiveConfiguration
    private let shards: ShardGroup
    private let log: Logger
    /// Retained generations that are no cause for worry.
    private let limit: Int
    let succession: Succession
    nonisolated(unsafe) private let host: PluginHost  // used while `work` is held
    /// Held from the look at a file until it serves.
    private let work = Mutex(())
    private let state: Mutex<(ledger: PluginLedger, counts: Counts)>

    init(
        _ plugins: PluginSet, host: PluginHost, live: LiveConfiguration, shards: ShardGroup, limit: Int,
        succession: Succession, log: Logger
    ) {
        (self.live, self.shards, self.limit, self.succession, self.log) = (live, shards, limit, succession, log)
        self.host = host
        processes = host.processes
        crashes = host.crashes
        rollbacks = host.rollbacks
        standIns = host.standIns
        processes.listen { [log] file, instance, condition in
            let facts: Logger.Metadata = ["instance": "\(instance)", "file": "\(file)"]
            switch condition {
            case .serving(let pid):
                log.notice("the process of a plugin serves", metadata: facts.merging(["process": "\(pid)"]) { $1 })
            case .away(let why):
                log.error(
                    "a plugin's process has failed: \(why); its hooks get their fallback until it is back",
                    metadata: facts)
            case .quarantined(let why):
                log.critical(
                    """
                    a plugin's process has failed too often and is left alone: \(why); put another build into the folder, \
                    or `tandem plugins revive \(instance)`
                    """,
                    metadata: facts)
            }
        }
        state = Mutex((PluginLedger(plugins, at: MonotonicClock.now()), Counts()))
    }

    /// The processes of plugins whose hooks don't run here.
    let processes: ProcessTier

    private let crashes: PluginCrashes
    private let rollbacks: PluginRollbacks
    private let standIns: PluginRollbacks

    /// Trusts a build again that has brought the daemon down; false when it has not.
    func forgetCrashes(of plugin: LoadedPlugin) -> Bool { crashes.forget(plugin.hash) }

    /// What has become of the files.
    var ledger: PluginLedger { state.withLock { $0.ledger } }

    /// What was done.
    var counts: Counts {
        state.withLock { state in
            state.counts.retained = state.ledger.retainedCount
            return state.counts
        }
    }

    // MARK: Changes of the folder

    /// Takes what has changed in one swap.
    func take(_ batch: PluginFolderChanges.Batch) {
        work.withLock { _ in
            let begun = MonotonicClock.now()
            let set = host.load(files: batch.changed, beside: ledger.owners(without: batch.removed))
            var swap = Swap(checked: live.checked)
            for refusal in set.refused {
                noteStandIn(of: refusal.file)
                refuse(refusal)
            }
            for entry in set.rolledBack { tellRolledBack(entry.file) }
            for (file, plugins) in Dictionary(grouping: set.plugins, by: \.file).sorted(by: { $0.key < $1.key }) {
                consider(file, plugins, &swap)
            }
            for file in batch.removed { remove(file, &swap) }
            guard !swap.isEmpty else { return }
            exchange(swap.checked)
            for (file, plugins) in swap.served { state.withLock { $0.ledger.serve(file, plugins, at: begun) } }
            tell(swap, since: begun)
        }
    }

    /// What is about to change.
    private struct Swap {
        var checked: CheckedConfiguration
        var served: [(file: String, plugins: [LoadedPlugin])] = []
        var gone: [LoadedPlugin] = []
        var isEmpty: Bool { served.isEmpty && gone.isEmpty }
    }

    private func consider(_ file: String, _ plugins: [LoadedPlugin], _ swap: inout Swap) {
        switch state.withLock({ $0.ledger.judge(file, plugins) }) {
        case .known:
            rollbacks.forget(file)
            standIns.forget(file)
        case .rolledBack: tellRolledBack(file)
        case .new:
            rollbacks.forget(file)
            // Its initializer may end this process.
            noteStandIn(of: file)
            do throws(PluginFileRefusal) {
                swap.checked = try swap.checked.exchanging(file: file, for: plugins)
                swap.served.append((file, plugins))
                standIns.forget(file)
            } catch {
                refuse(error, plugins)
            }
        }
    }

    /// Writes down what serves instead of what a file holds now: should this process end, the next one could not be without.
    private func noteStandIn(of file: String) {
        guard let serving = live.checked.plugins.plugins.first(where: { $0.file == file }) else { return }
        _ = standIns.note(file, left: serving.hash, kept: serving.hash)
    }

    private func tellRolledBack(_ file: String) {
        log.info("the file still holds the build that was rolled back", metadata: ["file": "\(file)"])
    }

    private func remove(_ file: String, _ swap: inout Swap) {
        rollbacks.forget(file)
        standIns.forget(file)
        let gone = state.withLock { $0.ledger.remove(file) }
            .filter { plugin in !swap.served.contains { $0.plugins.contains { $0.name == plugin.name } } }
        guard !gone.isEmpty, let checked = try? swap.checked.exchanging(file: file, for: []) else { return }
        swap.checked = checked
        swap.gone += gone
    }

    private func refuse(_ refusal: PluginFileRefusal, _ plugins: [LoadedPlugin] = []) {
        let isNew = state.withLock { state in
            let isNew = state.ledger.refuse(refusal, plugins)
            if isNew { state.counts.refusals += 1 }
            return isNew
        }
        guard isNew else { return }
        let serving = live.checked.plugins.plugins.filter { $0.file == refusal.file }
        let kept = serving.map { "\($0.name) generation \($0.generation)" }.joined(separator: ", ")
        log.error("\(refusal)", metadata: kept.isEmpty ? [:] : ["serves-on": "\(kept)"])
    }

    private func exchange(_ checked: CheckedConfiguration) {
        let silent = live.exchange(checked, shards)
        guard silent > 0 else { return }
        log.warning("shards take the swap later than they should", metadata: ["shards": "\(silent)"])
    }

    // MARK: What an operator asks

    /// Lets the build before serve again.
    func rollBack(_ name: String) throws(AdminFailure) -> String {
        let result: Result<String, AdminFailure> = work.withLock { _ in
            do throws(AdminFailure) { return .success(try back(name)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    private func back(_ name: String) throws(AdminFailure) -> String {
        let begun = MonotonicClock.now()
        let target: (file: String, build: PluginLedger.Build)
        do throws(PluginLedger.RollbackError) { target = try ledger.before(name) } catch {
            throw failure(error, name)
        }
        let checked: CheckedConfiguration
        do throws(PluginFileRefusal) {
            checked = try live.checked.exchanging(file: target.file, for: target.build.plugins)
        } catch {
            throw AdminFailure("\(error.file) \(error.cause)", remedy: error.remedy)
        }
        let left = ledger.held(by: target.file)
        let isKept = left.map { rollbacks.note(target.file, left: $0, kept: target.build.hash) } ?? false
        exchange(checked)
        state.withLock { $0.ledger.rollBack(target.file, at: begun) }
        var swap = Swap(checked: checked)
        swap.served = [(target.file, target.build.plugins)]
        tell(swap, since: begun, isRollback: true)
        let plugins = target.build.plugins.map { "\($0.name) generation \($0.generation)" }.joined(separator: ", ")
        return "new calls are taken by \(plugins); \(target.file) is not taken again until it changes"
            + (isKept
                ? ", nor by a restart" : "; a restart takes it, since that can't be written down: look at the disk")
    }

    private func failure(_ error: PluginLedger.RollbackError, _ name: String) -> AdminFailure {
        switch error {
        case .unknown:
            let names = Set(ledger.plugins.values.map(\.name))
            let nearest = NearestName.of(name, among: names.sorted()).map { "did you mean '\($0)'?" }
            return AdminFailure(
                "there is no plugin '\(PlainText.excerpt(name))'",
                remedy: nearest ?? "`tandem plugins --running` lists those that are there")
        case .gone: return AdminFailure("the file of '\(name)' is gone", remedy: "put it back into the plugin folder")
        case .first:
            return AdminFailure(
                "no generation of '\(name)' has served before this one",
                remedy: "put another build into the plugin folder")
        }
    }

    // MARK: What the log says

    private func tell(_ swap: Swap, since begun: Timestamp, isRollback: Bool = false) {
        let took = Double((MonotonicClock.now() - begun).nanoseconds) / 1e6
        let used = swap.checked.settings.plugins.instances
        for plugin in swap.served.flatMap(\.plugins) {
            let instances = used.filter { $0.plugin == plugin.name }.map(\.name).joined(separator: ", ")
            log.notice(
                isRollback ? "plugin rolled back" : "plugin taken into use",
                metadata: [
                    "plugin": "\(plugin.name)", "generation": "\(plugin.generation)", "version": "\(plugin.version)",
                    "build": "\("\(plugin.hash)".prefix(16))", "instances": "\(instances.isEmpty ? "none" : instances)",
                    "took": "\((took * 10).rounded() / 10)ms",
                ])
        }
        for plugin in swap.gone {
            let trunks = swap.checked.settings.trunks.filter { swap.checked.missingPlugin(of: $0) == plugin.name }
            log.warning(
                "plugin is gone: calls in progress end on it, new ones of its trunks get 503",
                metadata: [
                    "plugin": "\(plugin.name)", "file": "\(plugin.file)",
                    "trunks": "\(trunks.isEmpty ? "none" : trunks.map(\.name).joined(separator: ", "))",
                ])
        }
        count()
    }

    private func count() {
        let retained = state.withLock { state in
            state.counts.swaps += 1
            return state.ledger.retainedCount
        }
        guard retained > limit else { return }
        if let obstacle = obstacle() {
            guard retained == limit + 1 else { return }
            log.warning(
                "more generations of plugins are retained than plugins.generations says: each keeps its memory",
                metadata: ["retained": "\(retained)", "no-fresh-process-because": "\(obstacle)"])
        } else {
            log.notice(
                "a fresh process takes the calls over: it is rid of the generations that no longer serve",
                metadata: ["retained": "\(retained)"])
            move()
        }
    }

    /// Has a fresh process take the calls over.
    func move() { succession.begin(shards) { [self] in quickObstacle } }

    /// Does something while the folder's changes wait.
    func exclusively<Value: Sendable>(
        _ body: () throws(AdminFailure) -> Value
    ) throws(AdminFailure) -> Value {
        let result: Result<Value, AdminFailure> = work.withLock { _ in
            do throws(AdminFailure) { return .success(try body()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// What may have come up since the last full look.
    private var quickObstacle: String? {
        let behind: [Bool?] = shards.ask { $0.journal?.isBehind ?? true }
        if behind.contains(where: { $0 != false }) { return "the calls are not written down" }
        return ledger.difference ?? succession.difference
    }

    /// Why calls could not go on in a fresh process as they do in this one; nil when they can.
    func obstacle() -> String? {
        quickObstacle ?? succession.obstacle()
    }
}
