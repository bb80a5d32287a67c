import PluginHost

/// Finds modules inside a plugin that it has to share with the daemon, and modules of the core, which it must not know.
///
/// A copy of the kit brings a second set of type metadata, with which `plugin as? any Router` fails without a word.
public enum ModuleAudit {
    /// The modules of the core, as their folders in `Sources` are called; a test compares the two.
    public static let core: Set<String> = [
        "Admin", "CallControl", "Configuration", "Console", "DNSClient", "Journal", "LookUps", "MediaRelay",
        "MessageMutation",
        "PlainText",
        "PluginAuthoring", "PluginHost", "RTP", "RelayControl", "RelayEngine", "SIPDialog", "SIPTransaction",
        "SIPTransport", "ServerLocation", "ShardLoop", "Signalling", "Sockets", "Supervisor", "TandemKit", "Timing",
        "Trunks", "Spawning",
        "Wire",
        "tandem",
    ]
    private static let runtime: Set<String> = [
        "Swift", "_Concurrency", "Foundation", "FoundationEssentials", "Synchronization",
    ]

    static func findings(of types: [DefinedType]) -> [CheckFinding] {
        var copies: [String: [String]] = [:]
        for type in types where core.contains(type.module) || runtime.contains(type.module) {
            copies[type.module, default: []].append(type.name)
        }
        return copies.sorted { $0.key < $1.key }.map { module, names in
            let more = names.count > 1 ? " and \(names.count - 1) more types" : ""
            let remedy =
                runtime.contains(module)
                ? "build it without -static-stdlib"
                : "depend on the dynamic product of the TandemKit package, and on no module of the core"
            return CheckFinding(.moduleCopy, "it holds a copy of \(module) (\(names[0])\(more))", remedy: remedy)
        }
    }
}
