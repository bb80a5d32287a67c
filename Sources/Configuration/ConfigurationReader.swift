import TandemKit
import Timing

/// Turns the tree of a file into `TandemConfiguration`, section by section, and has the whole checked.
struct ConfigurationReader {
    let file: String
    let facts: [PluginFacts]?
    let environment: [String: String]
    let problems: ProblemList
    private var secrets: [Secret] = []

    init(file: String, facts: [PluginFacts]?, environment: [String: String], problems: ProblemList) {
        self.file = file
        self.facts = facts
        self.environment = environment
        self.problems = problems
    }

    /// The typed configuration; nil when a problem leaves nothing to check further.
    mutating func read(_ root: SettingsValue) -> TandemConfiguration? {
        let top = SectionReader(root, path: "", pattern: "", problems: problems)
        let signalling = signalling(section("signalling", of: top))
        let listeners = readListeners(top.node("listeners"), at: root.position)
        let media = top.section("media").map { MediaDraft($0, beside: signalling?.controlSocket, paths: paths) }
        let lookUps = LookUpDraft(top.node("lookups"), paths: paths, environment: environment, problems: problems)
        let plugins = readPlugins(section("plugins", of: top))
        let trunks = readTrunks(top.node("trunks"), at: root.position)
        let log = section("log", of: top).read("level", ValueParsers.choice(LogLevel.self))
        ListenerValidation.check(listeners, problems)
        media?.checkPorts(against: listeners.compactMap(\.settings))
        let validation = TrunkValidation(
            listeners: listeners, media: media, plugins: plugins, facts: facts, problems: problems)
        validation.checkInstances()
        let checked = validation.check(trunks)
        guard problems.isEmpty, let signalling, let log else { return nil }
        return TandemConfiguration(
            file: file, signalling: signalling, listeners: listeners.compactMap(\.settings), media: media?.settings,
            lookUps: lookUps.sources, plugins: plugins, trunks: checked, log: LogSettings(level: log.value))
    }

    /// The section, or an empty one in its place, so that defaults come from one place.
    private func section(_ name: String, of top: SectionReader) -> SectionReader {
        top.section(name)
            ?? SectionReader(
                SettingsValue(.map([]), at: top.position), path: name, pattern: name, problems: problems)
    }

    private func signalling(_ section: SectionReader) -> SignallingSettings? {
        let timers =
            section.section("timers")
            ?? SectionReader(
                SettingsValue(.map([]), at: section.position), path: "signalling.timers",
                pattern: "signalling.timers", problems: problems)
        let t1 = timers.duration("t1")
        let t2 = timers.duration("t2")
        let t4 = timers.duration("t4")
        if let t1, let t2, t2.value < t1.value {
            timers.refuse("t2", at: t2.position, "T2 is shorter than T1", remedy: "write at least T1 there")
        }
        let socket = controlSocket(section)
        let journal = section.read("journal", ValueParsers.text)
        let shards = section.read("shards", ValueParsers.threads)
        let unknown = section.read("unknown-source", ValueParsers.unknownSource)
        let servers = section.readList("dns-servers", ValueParsers.dnsServer) ?? []
        let agent = section.read("user-agent", ValueParsers.headerText)
        let calls = section.number("max-calls")
        let trace = section.size("trace-memory")
        guard let shards, let unknown, let agent, let calls, let trace, let socket, let journal, let t1, let t2, let t4
        else {
            return nil
        }
        return SignallingSettings(
            shards: shards.value, controlSocket: socket, journal: folder(journal.value, beside: socket),
            unknownSource: unknown.value, dnsServers: servers.map(\.value), userAgent: agent.value,
            maxCalls: calls.value, traceMemory: trace.value,
            timers: TransactionTimerSettings(t1: t1.value, t2: t2.value, t4: t4.value))
    }

    private func controlSocket(_ section: SectionReader) -> String? {
        guard section.node("control-socket") != nil else { return ControlSocketPath.standard(environment) }
        return section.readSocket("control-socket", paths, example: ControlSocketPath.service)
    }

    /// The journal's folder; nil when there is to be none.
    private func folder(_ journal: String, beside socket: String) -> String? {
        switch journal {
        case "off", "false", "no": return nil
        case "auto":
            let folder = (environment["STATE_DIRECTORY"] ?? "").split(separator: ":").first
            return folder.map { "\($0)/journal" } ?? "\(socket).journal"
        default: return paths.resolve(journal)
        }
    }

    private func readListeners(_ node: SettingsValue?, at place: SourcePosition) -> [ListenerDraft] {
        guard let node, case let entries = SectionReader.named(node, path: "listeners", problems: problems) else {
            problems.add(
                at: place, path: "listeners", "there is no listener",
                remedy: "add one, like: uc: { transport: udp, address: 192.0.2.1 }")
            return []
        }
        return entries.map { ListenerDraft($0, paths: paths, problems: problems) }
    }

    /// The plugin section alone.
    mutating func readPlugins(of root: SettingsValue) -> PluginSettingsSection {
        readPlugins(section("plugins", of: SectionReader(root, path: "", pattern: "", problems: problems)))
    }

    private mutating func readPlugins(_ section: SectionReader) -> PluginSettingsSection {
        let folder = section.read("folder", ValueParsers.text)
        let isWritten = section.node("folder") != nil
        var instances: [PluginInstanceSettings] = []
        if let node = section.node("instances") {
            for entry in SectionReader.named(node, path: "plugins.instances", problems: problems) {
                if let instance = instance(entry) { instances.append(instance) }
            }
        }
        return PluginSettingsSection(
            folder: paths.resolve(folder?.value ?? "plugins"), folderPosition: isWritten ? folder?.position : nil,
            generations: section.number("generations")?.value ?? 20,
            stuckAfter: section.durationOrOff("stuck-after")?.value ?? nil, instances: instances, secrets: secrets)
    }

    private mutating func instance(_ entry: SettingsEntry) -> PluginInstanceSettings? {
        let path = "plugins.instances.\(entry.key)"
        let section = SectionReader(entry.value, path: path, pattern: "plugins.instances.*", problems: problems)
        let plugin = section.read("plugin", ValueParsers.text)
        var settings = SettingsValue(.map([]), at: entry.position)
        if let node = section.node("settings") {
            var resolver = SecretResolver(paths: paths, environment: environment, problems: problems)
            settings = resolver.resolve(node, path: "\(path).settings")
            secrets += resolver.secrets
        }
        let isolation = section.read("isolation", ValueParsers.choice(HookIsolation.self))?.value ?? .auto
        let fallback = section.read("fallback", ValueParsers.choice(HookFallbackChoice.self))?.value ?? .pass
        let deadline = section.duration("deadline")?.value ?? .milliseconds(20)
        let memory = section.size("memory")?.value ?? 512 << 20
        return plugin.map {
            PluginInstanceSettings(
                name: entry.key, plugin: $0.value, position: $0.position, settings: settings, isolation: isolation,
                fallback: fallback, deadline: deadline, memory: memory)
        }
    }

    private func readTrunks(_ node: SettingsValue?, at place: SourcePosition) -> [TrunkDraft] {
        guard let node, case let entries = SectionReader.named(node, path: "trunks", problems: problems) else {
            problems.add(
                at: place, path: "trunks", "there is no trunk",
                remedy: "add one, like: gateway: { listener: uc, peer: 192.0.2.7 }")
            return []
        }
        var resolver = SecretResolver(paths: paths, environment: environment, problems: problems)
        return entries.map { TrunkDraft($0, paths: paths, secrets: &resolver, problems: problems) }
    }

    private var paths: PathResolution { PathResolution(file: file) }
}
