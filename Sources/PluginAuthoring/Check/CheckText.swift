import Foundation
import PlainText

/// What `tandem plugin check` prints.
public enum CheckText {
    /// The report as text.
    public static func draw(_ report: CheckReport) -> String {
        if let refusal = report.refusal { return refusal.sentence }
        var lines = report.plugins.map { "\(report.file): \($0)" }
        for hook in report.hooks {
            let name = pad(hook.hook, 18)
            if hook.calls == 0 {
                lines.append("  \(name) does nothing, by its property hooks")
            } else {
                lines.append(
                    "  \(name) \(hook.calls) messages, \(hook.refused) refused; median \(number(hook.median)) µs, "
                        + "p99 \(number(hook.p99)) µs")
            }
        }
        for played in report.dialogues {
            lines.append("  \(pad(played.file, 18)) \(played.isAsExpected ? "as expected" : "differs")")
        }
        for file in report.recorded { lines.append("  \(pad(file, 18)) written from what was seen") }
        if report.findings.isEmpty { return (lines + ["No findings."]).map(PlainText.clean).joined(separator: "\n") }
        lines.append(report.findings.count == 1 ? "1 finding:" : "\(report.findings.count) findings:")
        for finding in report.findings { lines += draw(finding) }
        return lines.map(PlainText.clean).joined(separator: "\n")
    }

    private static func draw(_ finding: CheckFinding) -> [String] {
        let place = [finding.plugin, finding.place].filter { !$0.isEmpty }.joined(separator: " ")
        let text = finding.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let first = "  \(finding.code.rawValue): \(place.isEmpty ? "" : place + ": ")\(text[0])"
        let rest = text.dropFirst().map { "    \($0)" }
        return [first] + rest + (finding.remedy.isEmpty ? [] : ["    \(finding.remedy)"])
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func number(_ value: Double) -> String { String(format: "%.1f", value) }
}
