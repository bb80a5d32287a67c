import Configuration
import PluginHost
import TandemKit
import Timing

/// Makes the plugin instances of a configuration and keeps what is wrong with their settings, each at its line.
struct InstanceMaker {
    let plugins: PluginSet
    /// A plugin's complaint may quote what it got.
    let redactor: SecretRedactor
    private(set) var problems: [ConfigurationProblem] = []
    private(set) var warnings: [ConfigurationProblem] = []

    init(plugins: PluginSet, redactor: SecretRedactor) {
        self.plugins = plugins
        self.redactor = redactor
    }

    mutating func make(_ settings: [PluginInstanceSettings]) -> [String: PluginInstance] {
        var instances: [String: PluginInstance] = [:]
        for instance in settings {
            do throws(PluginInstanceError) {
                let made = try plugins.make(
                    instance.name, of: instance.plugin, settings: instance.settings,
                    placement: PluginPlacement(instance))
                instances[instance.name] = made
                warnings += made.warnings.map { warning in
                    ConfigurationProblem(
                        at: instance.position, path: "plugins.instances.\(instance.name)",
                        message: redactor.redact(warning),
                        remedy: "check that it is meant")
                }
            } catch {
                problems += error.problems.map { problem($0, of: instance) }
            }
        }
        return instances
    }

    private func problem(_ error: SettingsError, of instance: PluginInstanceSettings) -> ConfigurationProblem {
        let position = error.line > 0 ? SourcePosition(line: error.line, column: error.column) : instance.position
        let path = "plugins.instances.\(instance.name)" + (error.path.isEmpty ? "" : ".settings.\(error.path)")
        return ConfigurationProblem(at: position, path: path, sentence: redactor.redact(error.message))
    }
}

extension PluginPlacement {
    init(_ instance: PluginInstanceSettings) {
        self.init(
            isolation: PluginIsolation(rawValue: instance.isolation.rawValue) ?? .auto,
            fallback: HookFallback(rawValue: instance.fallback.rawValue) ?? .pass,
            deadline: Int64(clamping: instance.deadline.nanoseconds), memory: instance.memory)
    }
}
