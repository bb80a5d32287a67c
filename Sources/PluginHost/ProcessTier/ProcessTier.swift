import Synchronization
import TandemKit

/// The plugin processes that a host has started, each for one instance. From any thread.
///
/// A process ends with the last one who has its instance: a call that began with it keeps it.
public final class ProcessTier: Sendable {
    /// How one process is.
    public struct Report: Sendable {
        /// The instance in the configuration.
        public let instance: String
        /// The plugin.
        public let plugin: String
        /// The serial number of the plugin's build (`LoadedPlugin.serial`).
        public let serial: Int
        /// The file in the plugin folder.
        public let file: String
        /// Its condition.
        public let condition: PluginProcess.Condition
        /// Hooks that got their fallback.
        public let fallbacks: UInt64
    }

    private struct Entry {
        let instance: String
        let plugin: String
        let serial: Int
        let file: String
        weak var process: PluginProcess?
    }

    private struct State {
        var entries: [Entry] = []
        var leastDeadline: Int64 = 0
        var listener: @Sendable (_ file: String, _ instance: String, PluginProcess.Condition) -> Void = { _, _, _ in }
    }

    private let executable: String
    private let services: ServiceCenter
    private let state = Mutex(State())

    init(executable: String, services: ServiceCenter) {
        self.executable = executable
        self.services = services
        services.listen { [weak self] in self?.tellNews() }
    }

    /// Facts or the log level have changed.
    private func tellNews() { for entry in state.withLock({ $0.entries }) { entry.process?.tellNews() } }

    /// Has each change of a condition told. Called on queues of the processes.
    public func listen(
        _ listener: @escaping @Sendable (_ file: String, _ instance: String, PluginProcess.Condition) -> Void
    ) {
        state.withLock { $0.listener = listener }
    }

    /// How long a hook may take at least, in nanoseconds, in processes that are started from now on.
    var leastDeadline: Int64 {
        get { state.withLock { $0.leastDeadline } }
        set { state.withLock { $0.leastDeadline = newValue } }
    }

    /// How the processes are, those of older generations that calls still have included.
    public var reports: [Report] {
        state.withLock { $0.entries }.compactMap { entry in
            entry.process.map {
                Report(
                    instance: entry.instance, plugin: entry.plugin, serial: entry.serial, file: entry.file,
                    condition: $0.condition,
                    fallbacks: $0.fallbackCount)
            }
        }
    }

    /// Starts the processes of an instance again that were left alone; how many there were.
    public func revive(_ instance: String) -> Int {
        state.withLock { $0.entries }.count { $0.instance == instance && $0.process?.revive() == true }
    }

    /// Ends all processes and waits for their end: this one is about to become another, which knows nothing of them.
    public func stop() {
        for entry in state.withLock({ $0.entries }) { entry.process?.stop() }
    }

    /// Starts a process for an instance.
    func make(
        _ instance: String, of plugin: String, serial: Int, file: String, copy: String, settings: SettingsValue,
        placement: PluginPlacement
    ) throws(PluginRefusal) -> PluginInstance {
        var limits = PluginProcess.Limits()
        limits.deadline = max(placement.deadline, leastDeadline)
        limits.memory = placement.memory
        let process = PluginProcess(
            name: file, executable: executable, copy: copy,
            instances: [.init(name: instance, plugin: plugin, settings: settings, fallback: placement.fallback)],
            limits: limits, services: services
        ) { [weak self] condition in
            self?.state.withLock { $0.listener }(file, instance, condition)
        }
        do throws(PluginProcess.StartError) {
            let made = try process.start()
            state.withLock { state in
                state.entries.removeAll { $0.process == nil }
                state.entries.append(
                    Entry(instance: instance, plugin: plugin, serial: serial, file: file, process: process))
            }
            guard let first = made.first else {
                throw PluginProcess.StartError(description: "makes nothing", refusal: nil)
            }
            return first
        } catch {
            if let errors = error.refusal?.errors { throw .settings(errors) }
            throw .initializer("its process \(error)")
        }
    }
}
