import PlainText

/// What `tandem plugin new` and `build` print.
public enum AuthoringText {
    /// The files that were written, and how to go on.
    public static func written(_ files: [String], in folder: String, name: PluginName) -> String {
        let own = files.first { $0.hasSuffix("/\(name.text).swift") } ?? ""
        return
            (files.map { "wrote \($0)" } + [
                "", "Next:",
                "  tandem plugin build \(folder)",
                "      builds it; the first time with the kit, which takes a few minutes",
                "  edit \(own)",
                "      the plugin; docs/PLUGINS.md tells what it can do",
                "  edit \(folder)/Dialogues, then (cd \(folder) && swift test)",
                "      what has to arrive at the other side, tried in Tandem's call engine",
            ]).map(PlainText.clean).joined(separator: "\n")
    }

    /// The files that were built, and how to go on.
    public static func built(_ reports: [InspectionReport], folder: String) -> String {
        var lines: [String] = []
        for report in reports {
            let plugins = report.plugins.map { "\($0.name) \($0.version), \($0.role)" }.joined(separator: "; ")
            lines += [report.file, "  \((report.size + 1023) / 1024) KiB: \(plugins)"]
        }
        lines += ["", "Next:"]
        for report in reports {
            lines += [
                "  tandem plugin check \(report.file) --dialogues \(folder)/Dialogues",
                "  cp \(report.file) PLUGINS",
                "      that file alone, into the folder that the configuration names under plugins: folder:",
            ]
            lines += report.plugins.map {
                "  tandem plugins \($0.name)\n      its settings; then name it in the configuration"
            }
        }
        return lines.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }.map {
            PlainText.clean(String($0))
        }
        .joined(separator: "\n")
    }
}
