public import Admin
import PlainText

extension Tables {
    /// The media relay as a whole.
    public static func relay(_ status: RelayStatusReport) -> String {
        var lines = [
            "process        \(status.process), up \(ConsoleText.duration(status.uptime))",
            "threads        \(status.threads)",
            "sessions       \(status.sessions)" + (status.isDraining ? ", no new ones are taken" : ""),
        ]
        let names = status.interfaces.map { ConsoleText.cut(PlainText.clean($0.name), to: 40) }
        let nameWidth = names.map(\.count).max() ?? 0
        for (name, interface) in zip(names, status.interfaces) {
            lines.append(
                "interface      \(ConsoleText.pad(name, to: nameWidth))  "
                    + "\(interface.pairsInUse) pairs of ports in use, \(interface.pairsFree) free")
        }
        let width = status.counters.keys.map(\.count).max() ?? 0
        for (name, count) in status.counters.sorted(by: { $0.key < $1.key }) {
            lines.append("  \(ConsoleText.pad(name, to: width))  \(count)")
        }
        return lines.joined(separator: "\n")
    }

    /// What the relay has heard of the parties of calls; empty when no media pass it.
    static func media(of calls: [CallReport]) -> [String] {
        var table = TextTable(
            [.init(title: "CALL"), .init(title: "HEARD"), .init(title: "FROM")] + mediaColumns)
        for call in calls {
            for party in call.media {
                let name = party.party == 0 ? "caller" : "callee"
                table.add(
                    [call.call, party.media == 0 ? name : "\(name) \(party.media)", party.place] + mediaCells(party))
            }
        }
        return calls.allSatisfy(\.media.isEmpty) ? [] : table.lines()
    }

    private static var mediaColumns: [TextTable.Column] {
        [
            .init(title: "PORT", isNumber: true), .init(title: "RTP", isNumber: true),
            .init(title: "RTCP", isNumber: true), .init(title: "LOST", isNumber: true),
            .init(title: "JITTER", isNumber: true), .init(title: "FOREIGN", isNumber: true),
            .init(title: "SILENT", isNumber: true),
        ]
    }

    private static func mediaCells(_ party: RelaySessionReport) -> [String] {
        [
            "\(party.port)", "\(party.packets)", "\(party.controlPackets)", "\(party.lost)",
            milliseconds(party.jitter), "\(party.foreign)", party.silence.map(ConsoleText.duration) ?? "",
        ]
    }

    /// The parties of the relay's sessions.
    public static func relaySessions(_ parties: [RelaySessionReport]) -> String {
        if parties.isEmpty { return "The relay has no session." }
        var table = TextTable(
            [
                .init(title: "SESSION", staysWhole: true), .init(title: "PARTY", isNumber: true),
                .init(title: "HEARD FROM", staysWhole: true),
            ] + mediaColumns)
        for party in parties {
            let number = party.media == 0 ? "\(party.party)" : "\(party.party).\(party.media)"
            table.add([party.session, number, party.place] + mediaCells(party))
        }
        return table.lines().joined(separator: "\n")
    }

    /// `1.3 ms`.
    private static func milliseconds(_ value: Double) -> String {
        let tenths = Int((min(max(0, value), 1e6) * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) ms"
    }
}
