public import Admin
import PlainText

/// One plugin with all that can be set, as text.
public enum PluginText {
    /// A line about the plugin, then its settings as a table.
    public static func draw(_ plugin: PluginReport) -> String {
        let facts = [plugin.name, plugin.version].compactMap(\.self).joined(separator: " ")
        let first = PlainText.clean([facts, plugin.role, plugin.file].compactMap(\.self).joined(separator: ", "))
        let instances = plugin.instances.isEmpty ? "none" : plugin.instances.joined(separator: ", ")
        let lines = [first, "instances: \(PlainText.clean(instances))", ""]
        if plugin.settings.isEmpty { return (lines + ["It has no settings."]).joined(separator: "\n") }
        var table = TextTable([
            .init(title: "SETTING"), .init(title: "VALUE", wraps: true), .init(title: "DEFAULT"),
            .init(title: "WHAT IT DOES", wraps: true),
        ])
        for setting in plugin.settings {
            let standard = setting.isRequired ? "required" : setting.standard ?? ""
            table.add([setting.name, setting.value, standard, setting.help])
        }
        return (lines + table.lines()).joined(separator: "\n")
    }
}
