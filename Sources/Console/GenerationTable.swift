import Admin

/// The generations of the plugins of a running daemon.
enum GenerationTable {
    /// A line for each build; none when no daemon was asked.
    static func lines(_ plugins: [PluginReport]) -> [String] {
        guard plugins.contains(where: { !$0.generations.isEmpty }) else { return [] }
        var table = TextTable([
            .init(title: "PLUGIN"), .init(title: "GENERATION", isNumber: true), .init(title: "VERSION"),
            .init(title: "BUILD"), .init(title: "STATE", wraps: true), .init(title: "SINCE", isNumber: true),
            .init(title: "CALLS", isNumber: true), .init(title: "MEMORY", isNumber: true),
        ])
        for plugin in plugins {
            for build in plugin.generations {
                let state = build.state == .refused ? nil : build.reason
                table.add([
                    plugin.name ?? "", "\(build.generation)", build.version, String(build.build.prefix(12)),
                    [build.state.rawValue, state].compactMap(\.self).joined(separator: ": "),
                    build.since.map(ConsoleText.duration) ?? "", "\(build.calls)", "\(build.memory / 1024) kB",
                ])
            }
        }
        return [""] + table.lines()
    }
}
