import PlainText
import PluginHost

/// What `tandem plugin inspect` prints.
public enum InspectionText {
    /// The report as text.
    public static func draw(_ report: InspectionReport) -> String {
        var lines = [
            report.file,
            "  \(report.size) bytes for \(report.architecture), SHA-256 \(report.hash)",
            "  built with kit \(report.kit): runs in daemons with \(report.runsWith)",
            "  compiled by Swift \(report.swift): runs in daemons that are, too",
        ]
        for plugin in report.plugins {
            lines += ["", "\(plugin.name) \(plugin.version), \(plugin.role)"]
            if plugin.settings.isEmpty { lines.append("  no settings") }
            for setting in plugin.settings {
                let standard =
                    setting.isRequired ? "required" : setting.standard.map { "default \($0)" } ?? "no default"
                lines += ["  \(setting.name): \(setting.type); \(standard)", "      \(setting.help)"]
            }
        }
        return lines.map(PlainText.clean).joined(separator: "\n")
    }
}
