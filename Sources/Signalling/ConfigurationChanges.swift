import Configuration
import TandemKit

/// What differs between the configuration in force and another one, in words, and how each change is made. A value without
/// I/O.
struct ConfigurationChanges {
    /// Made while the process goes on: calls in progress keep what they began with.
    private(set) var inPlace: [String] = []
    /// Made by a fresh process, which takes the calls up.
    private(set) var byMove: [String] = []
    /// Made by nothing but a restart.
    private(set) var byRestart: [String] = []
    /// Trunks that the other configuration lacks, or reaches from another place of ours: their calls could not be taken up.
    private(set) var abandonedTrunks: [String] = []
    /// Instances that have to be made anew, or for the first time.
    private(set) var changedInstances: Set<String> = []

    /// Compares two configurations.
    init(from old: TandemConfiguration, to new: TandemConfiguration) {
        compareSignalling(old.signalling, new.signalling)
        compareLists(old, new)
        comparePlugins(old.plugins, new.plugins)
        compareTrunks(old, new)
        if old.log != new.log { inPlace.append("log.level: \(old.log.level.rawValue), now \(new.log.level.rawValue)") }
    }

    /// Whether nothing differs.
    var isEmpty: Bool { inPlace.isEmpty && byMove.isEmpty && byRestart.isEmpty }

    /// The code of an instance's plugin is not in this process, where it is to run.
    mutating func needsMove(for instance: String) { byMove.append("instance \(instance) runs in the daemon") }

    /// Files about TLS have been read that differ from those before.
    mutating func reread(_ files: [String]) {
        if !files.isEmpty { inPlace.append("read anew: \(files.joined(separator: ", "))") }
    }

    private mutating func compareSignalling(_ old: SignallingSettings, _ new: SignallingSettings) {
        let (before, after) = (Self.parts(of: old), Self.parts(of: new))
        for (key, value) in after where before[key] != value {
            switch key {
            case "userAgent", "maxCalls", "unknownSource": inPlace.append("signalling: \(Self.key(key)) changed")
            case "journal", "controlSocket": byRestart.append("signalling: \(Self.key(key)) changed")
            default: byMove.append("signalling: \(Self.key(key)) changed")
            }
        }
    }

    private mutating func compareLists(_ old: TandemConfiguration, _ new: TandemConfiguration) {
        if Self.text(of: old.listeners) != Self.text(of: new.listeners) { byMove.append("listeners changed") }
        for (before, after) in zip(old.listeners, new.listeners)
        where before.name == after.name && Self.text(of: before.tls as Any) != Self.text(of: after.tls as Any) {
            inPlace.append("listener \(after.name) changed: tls")
        }
        if Self.text(of: old.lookUps) != Self.text(of: new.lookUps) { byMove.append("look-ups changed") }
        guard Self.text(of: old.media as Any) != Self.text(of: new.media as Any) else { return }
        byRestart.append("media changed")
    }

    private mutating func comparePlugins(_ old: PluginSettingsSection, _ new: PluginSettingsSection) {
        let names = ["instances", "secrets", "folderPosition"]
        let (before, after) = (Self.parts(of: old), Self.parts(of: new))
        for (key, value) in after where before[key] != value && !names.contains(key) {
            if key == "folder" {
                byRestart.append("plugins.folder changed")
            } else {
                byMove.append("plugins: \(Self.key(key)) changed")
            }
        }
        for instance in new.instances {
            guard let known = old.instances.first(where: { $0.name == instance.name }) else {
                inPlace.append("instance \(instance.name) added")
                changedInstances.insert(instance.name)
                continue
            }
            guard Self.text(of: known) != Self.text(of: instance) else { continue }
            inPlace.append("instance \(instance.name) made anew")
            changedInstances.insert(instance.name)
        }
        for instance in old.instances where !new.instances.contains(where: { $0.name == instance.name }) {
            inPlace.append("instance \(instance.name) removed")
        }
    }

    private mutating func compareTrunks(_ old: TandemConfiguration, _ new: TandemConfiguration) {
        for trunk in new.trunks where !old.trunks.contains(where: { $0.name == trunk.name }) {
            byMove.append("trunk \(trunk.name) added")
        }
        for trunk in old.trunks {
            guard let later = new.trunks.first(where: { $0.name == trunk.name }) else {
                byMove.append("trunk \(trunk.name) removed")
                abandonedTrunks.append(trunk.name)
                continue
            }
            let (before, after) = (Self.parts(of: trunk), Self.parts(of: later))
            // The listener's index says nothing: the file may name another one first.
            let isMoved = Self.text(of: old.listeners[trunk.listener]) != Self.text(of: new.listeners[later.listener])
            let keys = after.keys.filter { before[$0] != after[$0] && $0 != "listener" }.map(Self.key).sorted()
            let known = ["peer", "options-interval", "options-failures"]
            if isMoved { abandonedTrunks.append(trunk.name) }
            guard isMoved || !keys.isEmpty else { continue }
            let text = "trunk \(trunk.name) changed: \((keys + (isMoved ? ["listener"] : [])).joined(separator: ", "))"
            if isMoved || keys.contains(where: known.contains) { byMove.append(text) } else { inPlace.append(text) }
        }
        let (before, after) = (old.trunks.map(\.name), new.trunks.map(\.name))
        if before != after, before.sorted() == after.sorted() { byMove.append("trunks stand in another order") }
    }

    // MARK: Values as text

    /// Each stored value of a section, without where it stood in the file.
    private static func parts(of value: Any) -> [String: String] {
        var parts: [String: String] = [:]
        for child in Mirror(reflecting: value).children where child.label != "position" {
            parts[child.label ?? ""] = text(of: child.value)
        }
        return parts
    }

    /// A value with all that is in it, secrets included, without where it stood in the file, and without what a listener has
    /// of TLS, which changes in place. Never shown.
    private static func text(of value: Any) -> String {
        if let secret = value as? Secret { return "secret \(secret.reveal())" }
        if let instance = value as? PluginInstanceSettings {
            return "\(instance.plugin) \(instance.isolation) \(instance.fallback) " + text(of: instance.settings)
        }
        let children = Mirror(reflecting: value).children
        guard !children.isEmpty else { return String(reflecting: value) }
        return "("
            + children.filter { !["position", "line", "column", "tls"].contains($0.label) }
            .map { "\($0.label ?? ""): \(text(of: $0.value))" }.joined(separator: ", ") + ")"
    }

    /// `optionsInterval` as the file has it: `options-interval`.
    private static func key(_ label: String) -> String {
        label.reduce(into: "") { $0 += $1.isUppercase ? "-\($1.lowercased())" : String($1) }
    }
}
