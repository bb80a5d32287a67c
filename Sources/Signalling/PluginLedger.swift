import PluginHost
import TandemKit
import Timing

/// What has become of each file of the plugin folder since the start: which builds have served, which were refused or
/// rolled back. A value without I/O.
struct PluginLedger {
    /// One content of a file.
    struct Build {
        let hash: ContentHash
        let plugins: [LoadedPlugin]
    }

    /// What to do with what a file holds now.
    enum Verdict: Equatable {
        /// It is what serves already.
        case known
        /// It was rolled back, and has not changed since.
        case rolledBack
        /// It is to serve.
        case new
    }

    private struct File {
        /// Those that have served and may serve again, oldest first. The last one serves unless the file is gone.
        var builds: [Build] = []
        var isGone = false
        var rolledBack: ContentHash?
        var refusal: PluginFileRefusal?
    }

    private var files: [String: File] = [:]
    /// Every plugin build that was ever loaded, by serial number.
    private(set) var plugins: [Int: LoadedPlugin] = [:]
    /// Since when each has served.
    private(set) var since: [Int: Timestamp] = [:]
    /// Why builds that were loaded don't serve.
    private(set) var refused: [Int: String] = [:]
    private(set) var rolledBack: Set<Int> = []

    /// What was loaded and refused at the start.
    init(_ set: PluginSet, at now: Timestamp) {
        for (file, plugins) in Dictionary(grouping: set.plugins, by: \.file) { serve(file, plugins, at: now) }
        for entry in set.rolledBack where entry.kept != nil { files[entry.file]?.rolledBack = entry.left }
        for refusal in set.refused { files[refusal.file, default: File()].refusal = refusal }
    }

    /// The files that serve, by the names of their plugins.
    func owners(without leaving: [String]) -> [String: String] {
        var owners: [String: String] = [:]
        for (path, file) in files where !file.isGone && !leaving.contains(path) {
            for plugin in file.builds.last?.plugins ?? [] { owners[plugin.name] = path }
        }
        return owners
    }

    /// Judges what a file holds now.
    mutating func judge(_ path: String, _ new: [LoadedPlugin]) -> Verdict {
        let hash = new[0].hash
        for plugin in new { plugins[plugin.serial] = plugin }
        guard let file = files[path] else { return .new }
        if file.rolledBack == hash, !file.isGone { return .rolledBack }
        files[path]?.rolledBack = nil
        guard !file.isGone, file.builds.last?.hash == hash else { return .new }
        files[path]?.refusal = nil
        return .known
    }

    /// A file's build serves.
    mutating func serve(_ path: String, _ new: [LoadedPlugin], at now: Timestamp) {
        var file = files[path] ?? File()
        (file.isGone, file.refusal) = (false, nil)
        file.builds.removeAll { $0.hash == new[0].hash }
        file.builds.append(Build(hash: new[0].hash, plugins: new))
        files[path] = file
        note(new, at: now)
    }

    /// What a file holds is not taken. False when that was known already.
    mutating func refuse(_ refusal: PluginFileRefusal, _ new: [LoadedPlugin] = []) -> Bool {
        let isNew = files[refusal.file]?.refusal != refusal
        files[refusal.file, default: File()].refusal = refusal
        for plugin in new { refused[plugin.serial] = refusal.description }
        return isNew
    }

    /// A file is gone; its plugins, if it served.
    mutating func remove(_ path: String) -> [LoadedPlugin] {
        guard let file = files[path] else { return [] }
        files[path]?.refusal = nil
        files[path]?.isGone = true
        guard !file.isGone, let build = file.builds.last else { return [] }
        let owners = owners(without: [])
        return build.plugins.filter { owners[$0.name] == nil }
    }

    /// The file that serves a plugin, and the build that served before the one that does now.
    func before(_ plugin: String) throws(RollbackError) -> (file: String, build: Build) {
        guard plugins.values.contains(where: { $0.name == plugin }) else { throw .unknown }
        guard let path = owners(without: [])[plugin], let builds = files[path]?.builds else { throw .gone }
        guard builds.count > 1 else { throw .first }
        return (path, builds[builds.count - 2])
    }

    /// Why nothing can be rolled back.
    enum RollbackError: Error, Equatable {
        case unknown
        case gone
        case first
    }

    /// The build before serves again, and the one that did is not taken any more until the file changes.
    mutating func rollBack(_ path: String, at now: Timestamp) {
        guard var file = files[path], let left = file.builds.popLast(), let build = file.builds.last else { return }
        // Rolled back once more, the file holds what it held.
        (file.rolledBack, file.refusal) = (file.rolledBack ?? left.hash, nil)
        files[path] = file
        note(build.plugins, at: now)
        rolledBack.formUnion(left.plugins.map(\.serial))
    }

    /// The build that a file holds, as far as is known.
    func held(by path: String) -> ContentHash? { files[path].flatMap { $0.rolledBack ?? $0.builds.last?.hash } }

    /// The build that a file holds and that was rolled back; nil when there is none.
    func rolledBack(in path: String) -> ContentHash? {
        files[path].flatMap { $0.isGone ? nil : $0.rolledBack }
    }

    /// The sentences of the files that are not taken, in the order of their names.
    var refusals: [PluginFileRefusal] {
        files.sorted { $0.key < $1.key }.compactMap(\.value.refusal)
    }

    /// Why the folder does not hold what serves; nil when it does.
    var difference: String? {
        for (path, file) in files.sorted(by: { $0.key < $1.key }) {
            if file.isGone, !file.builds.isEmpty { return "\(path) is gone" }
            if file.refusal != nil { return "\(path) holds a build that was refused" }
        }
        return nil
    }

    /// Builds whose code is in this process and that don't serve.
    var retainedCount: Int {
        let serving = files.values.filter { !$0.isGone }.compactMap(\.builds.last?.hash)
        return Set(plugins.values.filter(\.isLoadedHere).map(\.hash)).subtracting(serving).count
    }

    private mutating func note(_ new: [LoadedPlugin], at now: Timestamp) {
        for plugin in new {
            plugins[plugin.serial] = plugin
            since[plugin.serial] = now
            refused[plugin.serial] = nil
            rolledBack.remove(plugin.serial)
        }
    }
}
