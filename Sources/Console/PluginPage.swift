public import Admin
import PlainText

/// The reference page of one plugin, in Markdown: what can be set, with types, defaults and help, as its code says.
public enum PluginPage {
    /// The page.
    public static func draw(_ plugin: PluginReport) -> String {
        let name = PlainText.clean(plugin.name ?? plugin.file)
        var lines = ["# \(name)", ""]
        let facts = [plugin.role, plugin.version.map { "version \($0)" }].compactMap(\.self)
        lines += [PlainText.clean(facts.joined(separator: ", ")), ""]
        lines += ["```yaml", "plugins:", "  instances:", "    NAME: { plugin: \(name) }", "```", ""]
        if plugin.settings.isEmpty { return (lines + ["It has no settings."]).joined(separator: "\n") }
        lines += ["| setting | value | default | what it does |", "|---|---|---|---|"]
        for setting in plugin.settings {
            let standard = setting.isRequired ? "**has to be there**" : setting.standard.map(code) ?? ""
            lines.append("| `\(cell(setting.name))` | \(cell(setting.value)) | \(standard) | \(cell(setting.help)) |")
        }
        return lines.joined(separator: "\n")
    }

    private static func code(_ text: String) -> String { text.isEmpty ? "" : "`\(cell(text))`" }

    private static func cell(_ text: String) -> String {
        PlainText.clean(text).replacing("|", with: "\\|")
    }
}
