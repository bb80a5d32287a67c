import TandemKit

/// What a plugin folder came to: the plugins that are ready, and the files that were refused.
public struct PluginSet: Sendable {
    /// The plugins, in the order of their names.
    public let plugins: [LoadedPlugin]
    /// The files that are not used and why, in the order of their names.
    public let refused: [PluginFileRefusal]
    /// The files in whose place an earlier build serves, in the order of their names.
    public let rolledBack: [RolledBackFile]

    /// Joins a set; one without plugins serves a configuration that names no folder.
    public init(
        plugins: [LoadedPlugin] = [], refused: [PluginFileRefusal] = [], rolledBack: [RolledBackFile] = []
    ) {
        self.rolledBack = rolledBack
        self.plugins = plugins
        self.refused = refused
    }

    /// The plugin of a name.
    public subscript(name: String) -> LoadedPlugin? { plugins.first { $0.name == name } }

    /// Makes an instance.
    ///
    /// - Parameters:
    ///   - instance: The name of the instance in the configuration, which steps and logs carry.
    ///   - plugin: The name of the plugin.
    ///   - settings: What the operator wrote; `.empty` for nothing.
    ///   - placement: Where its hooks run.
    public func make(
        _ instance: String, of plugin: String, settings: SettingsValue = .empty,
        placement: PluginPlacement = PluginPlacement()
    ) throws(PluginInstanceError) -> PluginInstance {
        guard let found = self[plugin] else { throw unknown(plugin, instance: instance) }
        do throws(PluginRefusal) {
            return try found.make(instance, settings: settings, placement: placement)
        } catch {
            throw PluginInstanceError(instance: instance, plugin: plugin, refusal: error)
        }
    }

    private func unknown(_ plugin: String, instance: String) -> PluginInstanceError {
        let advice: String
        if let refusal = refused.first(where: {
            $0.file.hasSuffix("/lib\(plugin).so") || $0.cause.contains("'\(plugin)'")
        }) {
            advice = "its file was refused: \(refusal)"
        } else if let nearest = NearestName.of(plugin, among: plugins.map(\.name)) {
            advice = "did you mean '\(nearest)'?"
        } else if plugins.isEmpty {
            advice = "no plugin is loaded; put its file into the plugin folder"
        } else {
            advice = "put its file into the plugin folder, or use one of \(plugins.map(\.name).joined(separator: ", "))"
        }
        return PluginInstanceError(
            instance: instance, plugin: plugin, kind: .unknownPlugin,
            problems: [
                SettingsError(line: 0, column: 0, path: "", message: "there is no plugin '\(plugin)': \(advice)")
            ])
    }
}
