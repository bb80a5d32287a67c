public import Admin
import PlainText

/// The answers of the daemon as tables for a terminal, at most 100 columns wide.
public enum Tables {
    /// The calls that are up, the oldest first, and below them what the relay has heard of their parties.
    public static func calls(_ calls: [CallReport]) -> String {
        if calls.isEmpty { return "No call is up; `tandem trace TRUNK` shows the last ones of a trunk." }
        var table = TextTable([
            .init(title: "CALL"), .init(title: "STATE"), .init(title: "AGE", isNumber: true), .init(title: "FROM"),
            .init(title: "DIALLED"), .init(title: "SENT AS"), .init(title: "IN"), .init(title: "OUT"),
        ])
        for call in calls {
            table.add([
                call.call, call.mode == "proxy" ? "\(call.phase) (proxy)" : call.phase,
                ConsoleText.duration(call.talking ?? call.age), call.from, call.to, call.sentTo, call.ingress,
                call.egress ?? "",
            ])
        }
        let media = media(of: calls)
        return (table.lines() + (media.isEmpty ? [] : [""] + media)).joined(separator: "\n")
    }

    /// The trunks in the order of the configuration.
    public static func trunks(_ trunks: [TrunkReport]) -> String {
        var table = TextTable([
            .init(title: "TRUNK"), .init(title: "STATE"), .init(title: "SINCE", isNumber: true),
            .init(title: "CALLS", isNumber: true), .init(title: "TRIED", isNumber: true),
            .init(title: "FAILED", isNumber: true), .init(title: "PEER"), .init(title: "WHY", wraps: true),
        ])
        for trunk in trunks {
            table.add([
                trunk.name, trunk.state.rawValue, trunk.since.map(ConsoleText.duration) ?? "", "\(trunk.calls)",
                "\(trunk.attempts)", "\(trunk.failures)", peer(trunk.peer), trunk.reason,
            ])
        }
        return table.lines().joined(separator: "\n")
    }

    /// `udp 192.0.2.1:5060` for `192.0.2.1:5060;transport=udp`.
    private static func peer(_ text: String) -> String {
        guard let range = text.firstRange(of: ";transport=") else { return text }
        return "\(text[range.upperBound...]) \(text[..<range.lowerBound])"
    }

    /// The plugins, loaded ones as a table, then each refused file with its sentence.
    public static func plugins(_ plugins: [PluginReport]) -> String {
        var table = TextTable([
            .init(title: "PLUGIN"), .init(title: "VERSION"), .init(title: "ROLE"), .init(title: "INSTANCES"),
            .init(title: "FILE"),
        ])
        let loaded = plugins.filter { $0.refusal == nil }
        for plugin in loaded {
            table.add([
                plugin.name ?? "", plugin.version ?? "", plugin.role ?? "", plugin.instances.joined(separator: ", "),
                plugin.file,
            ])
        }
        var lines = loaded.isEmpty ? ["No plugin is loaded."] : table.lines()
        lines += GenerationTable.lines(loaded)
        lines += ProcessTable.lines(loaded)
        lines += sentences(
            loaded.compactMap { plugin in
                plugin.quarantine.map {
                    "\(plugin.name ?? plugin.file): \($0); its hooks run in a process of their own"
                }
            }, under: "Quarantined:")
        lines += sentences(
            loaded.compactMap { plugin in plugin.rollback.map { "\(plugin.name ?? plugin.file): \($0)" } },
            under: "Rolled back:")
        lines += sentences(plugins.compactMap(\.refusal), under: "Refused:")
        return lines.joined(separator: "\n")
    }

    private static func sentences(_ sentences: [String], under title: String) -> [String] {
        guard !sentences.isEmpty else { return [] }
        return ["", title]
            + sentences.flatMap { sentence in
                ConsoleText.wrap("  \(PlainText.clean(sentence))", to: ConsoleText.width - 2, indent: "  ").map {
                    "  \($0)"
                }
            }
    }

    /// The versions.
    public static func version(_ version: VersionReport) -> String {
        "tandem \(version.tandem), kit \(version.kit), Swift \(version.swift)"
    }

    /// The daemon as a whole.
    public static func status(_ status: StatusReport) -> String {
        var lines = [
            "process        \(status.process), up \(ConsoleText.duration(status.uptime))",
            "configuration  \(PlainText.clean(status.configuration))",
            "shards         \(status.shards)",
            "calls          \(status.calls) now, \(status.callsTotal) since the start"
                + (status.isDraining ? ", no new ones are taken" : ""),
        ]
        for certificate in status.certificates {
            let days = certificate.daysLeft
            let state = days < 0 ? "EXPIRED on \(certificate.until)" : "until \(certificate.until), \(days) days"
            let names = PlainText.excerpt(certificate.names, limit: 40)
            lines.append("certificate    \(PlainText.clean(certificate.owner)): \(names), \(state)")
        }
        let width = status.counters.keys.map(\.count).max() ?? 0
        for (name, count) in status.counters.sorted(by: { $0.key < $1.key }) {
            lines.append("  \(ConsoleText.pad(name, to: width))  \(count)")
        }
        return lines.joined(separator: "\n")
    }
}
