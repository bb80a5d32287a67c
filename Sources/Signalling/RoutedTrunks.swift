import Configuration
import PlainText
import TandemKit

/// Finds the trunks that a router may choose and that don't exist: such a call would fail only when it is placed.
struct RoutedTrunks {
    private let names: [String]

    init(_ trunks: [TrunkSettings]) { names = trunks.map(\.name) }

    /// One problem for each unknown name of each router, where the name stands in the router's settings.
    func problems(
        of settings: [PluginInstanceSettings], made instances: [String: PluginInstance]
    ) -> [ConfigurationProblem] {
        settings.flatMap { setting in
            guard case .router(let router) = instances[setting.name] else { return [ConfigurationProblem]() }
            return Set(router.trunks).subtracting(names).sorted().map { problem($0, of: setting) }
        }
    }

    private func problem(_ name: String, of instance: PluginInstanceSettings) -> ConfigurationProblem {
        let remedy = NearestName.of(name, among: names).map { "did you mean \"\($0)\"?" }
        return ConfigurationProblem(
            at: Self.place(of: name, in: instance.settings) ?? instance.position,
            path: "plugins.instances.\(instance.name)",
            message: "it routes to the trunk \"\(PlainText.excerpt(name))\", which does not exist",
            remedy: remedy ?? "add it under trunks, or name one of \(names.joined(separator: ", "))")
    }

    /// Where a text first stands as a value.
    private static func place(of text: String, in value: SettingsValue) -> SourcePosition? {
        let parts: [SettingsValue]
        switch value.content {
        case .scalar(let found):
            return found == text && value.line > 0 ? SourcePosition(line: value.line, column: value.column) : nil
        case .list(let values): parts = values
        case .map(let entries): parts = entries.map(\.value)
        default: return nil
        }
        return parts.lazy.compactMap { place(of: text, in: $0) }.first
    }
}
