import Admin

/// The processes of plugins whose hooks don't run in the daemon.
enum ProcessTable {
    /// A line for each process; none when there is none.
    static func lines(_ plugins: [PluginReport]) -> [String] {
        guard plugins.contains(where: { !$0.processes.isEmpty }) else { return [] }
        var table = TextTable([
            .init(title: "PLUGIN"), .init(title: "INSTANCE"), .init(title: "GENERATION", isNumber: true),
            .init(title: "PROCESS"),
            .init(title: "STATE", wraps: true), .init(title: "FALLBACKS", isNumber: true),
        ])
        for plugin in plugins {
            for process in plugin.processes {
                let word = process.isQuarantined ? "quarantined" : process.process == nil ? "away" : "serving"
                table.add([
                    plugin.name ?? "", process.instance, "\(process.generation)", process.process.map { "\($0)" } ?? "",
                    [word, process.reason].compactMap(\.self).joined(separator: ": "), "\(process.fallbacks)",
                ])
            }
        }
        return [""] + table.lines()
    }
}
