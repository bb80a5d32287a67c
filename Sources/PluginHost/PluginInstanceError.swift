import TandemKit

/// Why no instance could be made of a plugin.
public struct PluginInstanceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of mistake it is.
    public enum Kind: Hashable, Sendable {
        /// No loaded plugin has the name.
        case unknownPlugin
        /// The settings can't be read.
        case settings
        /// The plugin's initializer refused the settings.
        case initializer
    }

    /// The name of the instance in the configuration.
    public let instance: String
    /// The name of the plugin.
    public let plugin: String
    /// What kind of mistake it is.
    public let kind: Kind
    /// Every mistake with its place; line 0 where the place is the instance as a whole.
    public let problems: [SettingsError]

    init(instance: String, plugin: String, kind: Kind, problems: [SettingsError]) {
        self.instance = instance
        self.plugin = plugin
        self.kind = kind
        self.problems = problems
    }

    init(instance: String, plugin: String, refusal: PluginRefusal) {
        switch refusal {
        case .settings(let errors):
            self.init(instance: instance, plugin: plugin, kind: .settings, problems: errors.errors)
        case .initializer(let text):
            let problem = SettingsError(
                line: 0, column: 0, path: "", message: "\(plugin) refuses its settings: \(text)")
            self.init(instance: instance, plugin: plugin, kind: .initializer, problems: [problem])
        @unknown default:
            let problem = SettingsError(line: 0, column: 0, path: "", message: String(describing: refusal))
            self.init(instance: instance, plugin: plugin, kind: .initializer, problems: [problem])
        }
    }

    /// One problem a line, each with the instance it belongs to.
    public var description: String {
        problems.map { "plugins.instances.\(instance): \($0)" }.joined(separator: "\n")
    }
}
