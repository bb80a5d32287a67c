public import Admin
public import Configuration
public import PluginHost

/// What `tandem plugins` shows: every file of the folder, used or refused and why.
public enum PluginReports {
    /// The plugins of a running daemon with their generations, then the files that are not taken.
    ///
    /// - Parameter calls: The calls that run through each build, by its serial number.
    static func make(
        of checked: CheckedConfiguration, ledger: PluginLedger, calls: [Int: Int], processes: [ProcessTier.Report],
        clock: WallClock
    ) -> [PluginReport] {
        let instances = checked.settings.plugins.instances
        let memory = ImageMemory.resident()
        let groups = Dictionary(grouping: ledger.plugins.values, by: \.name).sorted { $0.key < $1.key }
        let used = groups.map { name, builds in
            let builds = builds.sorted { $0.generation < $1.generation }
            let serving = checked.plugins[name]
            let shown = serving ?? builds[builds.count - 1]
            return PluginReport(
                file: shown.file, name: name, version: shown.version, role: "\(shown.role)",
                instances: instances.filter { $0.plugin == name }.map(\.name), refusal: nil,
                quarantine: shown.quarantine,
                rollback: ledger.rolledBack(in: shown.file).map { rollback(of: shown, holding: $0) },
                settings: SettingReport.all(of: shown.fields),
                generations: builds.map { build in
                    GenerationReport(
                        build, isServing: build.serial == serving?.serial, isGone: serving == nil, ledger: ledger,
                        calls: calls[build.serial] ?? 0, memory: memory["\(build.hash)"] ?? 0, clock: clock)
                },
                processes: processes.compactMap { process in
                    builds.first { $0.serial == process.serial }.map {
                        PluginProcessReport(process, generation: $0.generation)
                    }
                })
        }
        return used + ledger.refusals.map(refused)
    }

    /// The plugins of a folder, then the refused files.
    public static func make(of plugins: PluginSet, instances: [PluginInstanceSettings]) -> [PluginReport] {
        let used = plugins.plugins.map { plugin in
            PluginReport(
                file: plugin.file, name: plugin.name, version: plugin.version, role: "\(plugin.role)",
                instances: instances.filter { $0.plugin == plugin.name }.map(\.name), refusal: nil,
                quarantine: plugin.quarantine,
                rollback: plugins.rolledBack.first { $0.file == plugin.file && $0.kept == plugin.hash }
                    .map { rollback(of: plugin, holding: $0.left) },
                settings: SettingReport.all(of: plugin.fields))
        }
        return used + plugins.refused.map(refused)
    }

    private static func rollback(of plugin: LoadedPlugin, holding left: ContentHash) -> String {
        "build \("\(plugin.hash)".prefix(12)) serves until the file changes; it holds \("\(left)".prefix(12)), which was rolled back"
    }

    private static func refused(_ refusal: PluginFileRefusal) -> PluginReport {
        PluginReport(file: refusal.file, name: nil, version: nil, role: nil, instances: [], refusal: "\(refusal)")
    }
}

extension PluginProcessReport {
    init(_ report: ProcessTier.Report, generation: Int) {
        var (process, reason, isQuarantined): (Int?, String?, Bool) = (nil, nil, false)
        switch report.condition {
        case .serving(let pid): process = Int(pid)
        case .away(let why): reason = why
        case .quarantined(let why): (reason, isQuarantined) = (why, true)
        }
        self.init(
            instance: report.instance, generation: generation, process: process, reason: reason,
            isQuarantined: isQuarantined,
            fallbacks: Int(clamping: report.fallbacks))
    }
}
