import TandemKit

/// Loads the plugins of a folder into this process.
///
/// Each file is read once, checked as bytes, copied to a private folder, asked in a child process what it is, and only
/// then given to the dynamic linker: the copy, never the original. A file that fails is refused with one sentence and
/// the others go on. Used by one thread at a time; what it hands out is `Sendable`.
public final class PluginHost {
    let store: PluginStore
    private let inspector: PluginInspector
    /// The files in this process, by content: a build is loaded once, however often its folder is.
    private var images: [String: PluginImage] = [:]
    /// The builds of each plugin that this process has seen, oldest first.
    private var generations: [String: [String]] = [:]
    /// The serial numbers by plugin and build.
    private var serials: [String: Int] = [:]
    private let shipped = ShippedPlugins()
    /// The builds whose code has brought a process down.
    public let crashes: PluginCrashes
    /// The files whose build was rolled back.
    public let rollbacks: PluginRollbacks
    /// The files that hold what may not serve, and which builds served before: what is loaded when it comes to that.
    public let standIns: PluginRollbacks
    private var usesStandIns = false
    /// The processes of plugins whose code doesn't run in this one.
    public let processes: ProcessTier
    /// What instances get beside their settings: log, metrics, stores, timers, facts.
    public let services: ServiceCenter
    /// Whether a plugin that doesn't ship with Tandem is loaded into this process all the same: by its name. By default
    /// all are, for tools and tests that ask for no process.
    public var loadsHere: (_ plugin: String) -> Bool = { _ in true }

    /// A host with nothing loaded.
    ///
    /// - Parameters:
    ///   - privateFolder: Where copies and answers are kept; made when missing. Nil for the daemon's cache folder.
    ///   - inspector: Who asks the files what they are.
    ///   - services: What instances get beside their settings.
    public init(
        privateFolder: String? = nil, inspector: PluginInspector = PluginInspector(),
        services: ServiceCenter = ServiceCenter()
    ) throws(PluginHostError) {
        store = try PluginStore(firstUsableOf: privateFolder.map { [$0] } ?? PluginStore.defaultFolders())
        self.inspector = inspector
        crashes = PluginCrashes(folder: store.folder)
        rollbacks = PluginRollbacks(folder: store.folder)
        standIns = PluginRollbacks(folder: store.folder, name: "stand-ins")
        self.services = services
        processes = ProcessTier(executable: inspector.executable, services: services)
    }

    /// From now on a hook in a process of its own may take two seconds: where no call waits, a busy machine is no reason to
    /// go on without it.
    public func waitLongerForHooks() { processes.leastDeadline = 2_000_000_000 }

    /// Loads every `.so` of a folder.
    ///
    /// A build that is loaded already is taken as it is; a changed one becomes the next generation of its name, beside
    /// the one before, which its calls keep. In place of a build that was rolled back, the one that served then is loaded.
    public func load(folder: String) throws(PluginHostError) -> PluginSet {
        var candidates: [PluginCandidate] = []
        let files = try PluginFolder.files(of: folder)
        var refused = files.unnamable
        var rolledBack: [RolledBackFile] = []
        for path in files.paths {
            switch examine(path) {
            case .success(let candidate):
                guard
                    let kept = rollbacks.kept(of: path, insteadOf: candidate.hash)
                        ?? (usesStandIns ? standIns.kept(of: path) : nil)
                else {
                    candidates.append(candidate)
                    continue
                }
                let before = examine(build: kept, of: path)
                rolledBack.append(RolledBackFile(file: path, left: candidate.hash, kept: before?.hash))
                candidates.append(before ?? candidate)
            case .failure(let refusal):
                refused.append(refusal)
                if usesStandIns, let before = standIns.kept(of: path).flatMap({ examine(build: $0, of: path) }) {
                    candidates.append(before)
                }
            }
        }
        return take(candidates, refused: refused, rolledBack: rolledBack)
    }

    /// Has `load(folder:)` take the builds that served last in place of files that may not serve; false when there are none.
    public func useStandIns() -> Bool {
        usesStandIns = true
        return !standIns.builds.isEmpty
    }

    /// Loads some files of a folder, each whole or not at all: what `load(folder:)` does with every one of them.
    ///
    /// - Parameter owners: The files of the plugins that are in use already, by plugin name. A file that brings a plugin
    ///   of another one is refused, and the other goes on.
    /// - Returns: Files that hold a build that was rolled back are named; nothing of them is loaded.
    public func load(files: [String], beside owners: [String: String]) -> PluginSet {
        var candidates: [PluginCandidate] = []
        var refused: [PluginFileRefusal] = []
        var rolledBack: [RolledBackFile] = []
        for path in files {
            switch examine(path) {
            case .success(let candidate):
                if rollbacks.kept(of: path, insteadOf: candidate.hash) != nil {
                    rolledBack.append(RolledBackFile(file: path, left: candidate.hash, kept: nil))
                } else if let refusal = candidate.refusal(beside: owners) {
                    refused.append(refusal)
                } else {
                    candidates.append(candidate)
                }
            case .failure(let refusal): refused.append(refusal)
            }
        }
        return take(candidates, refused: refused, rolledBack: rolledBack)
    }

    /// How many builds this process has loaded: none is ever unloaded.
    public var buildCount: Int { images.count }

    private func take(
        _ found: [PluginCandidate], refused: [PluginFileRefusal], rolledBack: [RolledBackFile]
    ) -> PluginSet {
        var (candidates, refused) = (found, refused)
        refused += PluginCandidate.removeDuplicates(from: &candidates)
        var plugins: [LoadedPlugin] = []
        for candidate in candidates {
            do throws(PluginFileRefusal) { plugins += try take(candidate) } catch { refused.append(error) }
        }
        // A process that is started again loads its copy once more.
        store.prune(
            keeping: Set(images.keys).union(generations.values.joined()).union(rollbacks.builds)
                .union(standIns.builds))
        return PluginSet(
            plugins: plugins.sorted { $0.name < $1.name }, refused: refused.sorted { $0.file < $1.file },
            rolledBack: rolledBack)
    }

    /// Everything that can be known of a file while none of its code has run in this process.
    func examine(_ path: String) -> Result<PluginCandidate, PluginFileRefusal> {
        do throws(PluginFileRefusal) {
            let bytes = try PluginFile(path: path).bytes
            try PluginFileCheck.check(bytes, file: path)
            let hash = ContentHash(of: bytes)
            let name = path.split(separator: "/").last.map { String($0) } ?? path
            let copy = try store.copy(bytes, hash: hash, name: name, of: path)
            let plugins = try inspector.inspect(path: copy, file: path, hash: hash, store: store)
            return .success(try PluginCandidate(file: path, copy: copy, hash: hash, plugins: plugins))
        } catch { return .failure(error) }
    }

    /// The same for the copy of an earlier build of a file; nil when it is gone, or not what it was.
    private func examine(build: String, of path: String) -> PluginCandidate? {
        let folder = "\(store.folder)/\(build)"
        let names = (PluginFolder.names(in: folder) ?? []).map(\.text).filter { $0.hasSuffix(".so") }.sorted()
        guard let name = names.first, let bytes = PluginStore.read("\(folder)/\(name)", limit: PluginFile.maximumSize),
            case let hash = ContentHash(of: bytes), "\(hash)" == build
        else { return nil }
        do throws(PluginFileRefusal) {
            try PluginFileCheck.check(bytes, file: path)
            let copy = "\(folder)/\(name)"
            let plugins = try inspector.inspect(path: copy, file: path, hash: hash, store: store)
            return try PluginCandidate(file: path, copy: copy, hash: hash, plugins: plugins)
        } catch { return nil }
    }

    /// Takes a file that passed everything: into this process, or only into processes of its own.
    private func take(_ candidate: PluginCandidate) throws(PluginFileRefusal) -> [LoadedPlugin] {
        let isShipped = shipped.contain(candidate.file, candidate.hash)
        let quarantine = crashes.quarantine(of: candidate.hash)
        let isLoaded = quarantine == nil && (isShipped || candidate.plugins.contains { loadsHere($0.name) })
        let descriptors: [PluginDescriptor?] =
            isLoaded ? try load(candidate) : Array(repeating: nil, count: candidate.plugins.count)
        return zip(candidate.plugins, descriptors).map { inspected, descriptor in
            LoadedPlugin(
                file: candidate.file, hash: candidate.hash,
                generation: generation(of: inspected.name, build: candidate.hash),
                serial: serial(of: inspected.name, build: candidate.hash), isShipped: isShipped,
                quarantine: quarantine, descriptor: descriptor, inspected: inspected, copy: candidate.copy,
                tier: processes, services: services)
        }
    }

    /// Loads a file into this process, and makes sure that it says here what it said in the child.
    private func load(_ candidate: PluginCandidate) throws(PluginFileRefusal) -> [PluginDescriptor] {
        let image: PluginImage
        do throws(PluginImage.LinkError) {
            if let present = images[candidate.hash.description] {
                image = present
            } else {
                image = try PluginImage(path: candidate.copy)
                image.isNamed(candidate.hash)
            }
        } catch {
            throw PluginFileRefusal(
                file: candidate.file, code: .notLoaded, cause: "is refused by the dynamic linker (\(error.text))",
                remedy: error.remedy)
        }
        images[candidate.hash.description] = image
        let descriptors = image.collect().descriptors
        guard descriptors.map(PluginInspection.Plugin.init(of:)) == candidate.plugins else {
            throw PluginFileRefusal(
                file: candidate.file, code: .badAnswer, cause: "registers other plugins each time it is asked",
                remedy: "ask its author for a build that works")
        }
        return descriptors
    }

    private func serial(of name: String, build: ContentHash) -> Int {
        let key = "\(name) \(build)"
        if let known = serials[key] { return known }
        serials[key] = serials.count + 1
        return serials.count
    }

    private func generation(of name: String, build: ContentHash) -> Int {
        let known = generations[name, default: []]
        if let index = known.firstIndex(of: build.description) { return index + 1 }
        generations[name] = known + [build.description]
        return known.count + 1
    }
}
