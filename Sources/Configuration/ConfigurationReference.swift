/// The table of every key as docs/CONFIGURATION.md has it: made from `ConfigurationSchema`, compared by a test.
public enum ConfigurationReference {
    /// The lines of the Markdown tables, one table for each top-level key.
    public static var markdown: String {
        var lines: [String] = []
        var section = ""
        for key in ConfigurationSchema.keys {
            let top = String(key.path.prefix { $0 != "." })
            if top != section {
                lines +=
                    (section.isEmpty ? [] : [""]) + [
                        "### \(top)", "", "| key | value | default | what it does |", "|---|---|---|---|",
                    ]
                section = top
            }
            let path = key.path.replacing("*", with: "NAME")
            let standard = key.standard.map { $0.contains(" ") ? $0 : "`\($0)`" } ?? "**has to be there**"
            lines.append("| `\(path)` | \(escaped(key.values)) | \(standard) | \(key.help) |")
        }
        return lines.joined(separator: "\n")
    }

    private static func escaped(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
