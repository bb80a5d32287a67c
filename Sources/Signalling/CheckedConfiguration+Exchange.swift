import Configuration
import PluginHost
import TandemKit

/// A running configuration with other builds of its plugins.
extension CheckedConfiguration {
    /// The plugin of an instance; nil when its file is gone.
    func plugin(of instance: String) -> LoadedPlugin? {
        settings.plugins.instances.first { $0.name == instance }.flatMap { plugins[$0.plugin] }
    }

    /// The plugin that a trunk needs and whose file is gone; nil when there is none.
    func missingPlugin(of trunk: TrunkSettings) -> String? {
        let needed = [trunk.adapter, trunk.router].compactMap(\.self) + trunk.normalizers
        guard let missing = needed.first(where: { instances[$0] == nil }) else { return nil }
        return settings.plugins.instances.first { $0.name == missing }?.plugin
    }

    /// This configuration with what a file brings now: instances of its new builds are made with the settings of the
    /// running configuration, all others stay as they are.
    ///
    /// - Parameter new: The plugins of the file; empty when it is gone.
    /// - Throws: Why this build can't serve here. Nothing has changed then.
    func exchanging(file: String, for new: [LoadedPlugin]) throws(PluginFileRefusal) -> CheckedConfiguration {
        let names = Set(new.map(\.name))
        let old = plugins.plugins.filter { $0.file == file }
        let set = PluginSet(
            plugins: (plugins.plugins.filter { $0.file != file && !names.contains($0.name) } + new)
                .sorted { $0.name < $1.name })
        let lost = Set(old.map(\.name)).subtracting(names)
        let used = settings.plugins.instances
        if !new.isEmpty, let instance = used.first(where: { lost.contains($0.plugin) }) {
            throw PluginFileRefusal(
                file: file, code: .pluginChanged,
                cause: "holds no plugin '\(instance.plugin)' any more, which the instance \(instance.name) is of",
                remedy: "put a build with it back, or take the instance out of the configuration and restart")
        }
        let changed = Set(new.filter { plugins[$0.name]?.serial != $0.serial }.map(\.name))
        let made = try instances(of: used.filter { changed.contains($0.plugin) }, with: set, file: file)
        var all = instances
        for instance in used where lost.contains(instance.plugin) { all[instance.name] = nil }
        all.merge(made) { $1 }
        return CheckedConfiguration(
            settings: settings, plugins: set, warnings: warnings, tls: tls, instances: all,
            hasFolder: hasFolder, roles: roles)
    }

    /// The instances of new builds, if all of them can be made and are what the trunks use them as.
    private func instances(
        of wanted: [PluginInstanceSettings], with set: PluginSet, file: String
    ) throws(PluginFileRefusal) -> [String: PluginInstance] {
        for instance in wanted {
            guard let before = roles[instance.plugin], let role = set[instance.plugin]?.role, role != before else {
                continue
            }
            throw PluginFileRefusal(
                file: file, code: .pluginChanged,
                cause: "has made '\(instance.plugin)' a plugin of the role \(role), which was \(before)",
                remedy: "put a build of that role back, or change the configuration and restart")
        }
        var maker = InstanceMaker(plugins: set, redactor: SecretRedactor(settings.plugins.secrets))
        let made = maker.make(wanted)
        let problems = maker.problems + RoutedTrunks(settings.trunks).problems(of: wanted, made: made)
        guard problems.isEmpty else {
            let texts = problems.map { "\($0.path): \($0.message); \($0.remedy)" }
            throw PluginFileRefusal(
                file: file, code: .settingsRefused,
                cause: "does not serve the running configuration (\(texts.joined(separator: " · ")))",
                remedy: "change the plugin, or change \(settings.file) and restart")
        }
        return made
    }
}
