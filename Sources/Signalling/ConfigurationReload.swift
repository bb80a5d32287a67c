import Admin
import CallControl
import Configuration
import Foundation
import Logging
import PluginHost
import TandemKit
import Trunks

/// Takes a changed configuration file into use: what can be changed under calls at once, all else by a fresh process. From
/// any thread but a shard's.
final class ConfigurationReload: Sendable {
    private let live: LiveConfiguration
    private let keeper: PluginKeeper
    private let shards: ShardGroup
    private let statuses: [TrunkStatus]
    private let level: LiveLogLevel
    private let services: ServiceCenter
    private let log: Logger

    init(
        live: LiveConfiguration, keeper: PluginKeeper, shards: ShardGroup, statuses: [TrunkStatus],
        level: LiveLogLevel, services: ServiceCenter, log: Logger
    ) {
        (self.live, self.keeper, self.shards, self.statuses) = (live, keeper, shards, statuses)
        (self.level, self.services, self.log) = (level, services, log)
    }

    /// Reads the file, and changes all or nothing. What has changed and how is told and logged, and so is every error.
    func run() throws(AdminFailure) -> String {
        do throws(AdminFailure) {
            let told = try keeper.exclusively { () throws(AdminFailure) in try reload() }
            log.notice("the configuration file was read", metadata: ["changes": "\(told)"])
            return told
        } catch {
            log.error(
                "the configuration file was not taken into use",
                metadata: ["because": "\(error.message); \(error.remedy)"])
            throw error
        }
    }

    private func reload() throws(AdminFailure) -> String {
        let (old, stamp) = (live.checked, keeper.succession.stamp)
        let (checked, changes) = try read(old)
        if changes.isEmpty {
            keeper.succession.accept(stamp)
            return "nothing has changed"
        }
        try refuseRestart(changes)
        let words = changes.inPlace + changes.byMove
        if changes.byMove.isEmpty {
            apply(checked, from: old)
            keeper.succession.accept(stamp)
            return words.joined(separator: "; ")
        }
        keeper.succession.accept(stamp)
        if let obstacle = keeper.obstacle() {
            keeper.succession.reject()
            throw AdminFailure(
                "this needs a fresh process, and there can be none now: \(obstacle) (\(changes.byMove.joined(separator: "; ")))",
                remedy: "restart the daemon, or mend that")
        }
        keeper.move()
        return words.joined(separator: "; ") + "; a fresh process takes the calls over"
    }

    private func read(
        _ old: CheckedConfiguration
    ) throws(AdminFailure) -> (checked: CheckedConfiguration, changes: ConfigurationChanges) {
        do throws(ConfigurationErrors) {
            let (checked, changes) = try old.reread()
            return (checked, changes)
        } catch {
            throw AdminFailure("\(error)", remedy: "the configuration of before stays in force")
        }
    }

    private func refuseRestart(_ changes: ConfigurationChanges) throws(AdminFailure) {
        guard changes.byRestart.isEmpty else {
            throw AdminFailure(
                "nothing was changed: \(changes.byRestart.joined(separator: "; "))",
                remedy: "that needs a restart; take it back to reload the rest")
        }
        guard !changes.abandonedTrunks.isEmpty else { return }
        let answers = shards.ask { $0.engine.snapshot() }
        let calls = answers.compactMap { $0 }.flatMap { $0 }.filter { call in
            changes.abandonedTrunks.contains { $0 == call.ingressTrunk || $0 == call.egressTrunk }
        }
        guard calls.isEmpty, !answers.contains(where: { $0 == nil }) else {
            throw AdminFailure(
                "nothing was changed: \(calls.count) calls are up on \(changes.abandonedTrunks.joined(separator: ", ")), which would be lost",
                remedy: "reload once `tandem calls` shows none there, or restart")
        }
    }

    /// For calls that begin from now on.
    private func apply(_ checked: CheckedConfiguration, from old: CheckedConfiguration) {
        for warning in checked.tls.warnings(at: Int(Date().timeIntervalSince1970)) { log.warning("\(warning)") }
        let statuses = statuses
        services.updateFacts { _ in ExchangeFacts(of: checked.settings).with(statuses) }
        let silent = live.reload(checked, shards)
        if silent > 0 {
            log.warning("shards take the change later than they should", metadata: ["shards": "\(silent)"])
        }
        guard old.settings.log != checked.settings.log else { return }
        level.current = ProcessLog.level(of: checked.settings).current
        services.follow(level.current)
    }
}

extension CheckedConfiguration {
    /// The file as it is now, checked as at a start against the plugins in force. Instances that nothing has changed of stay
    /// what they are.
    fileprivate func reread() throws(ConfigurationErrors) -> (CheckedConfiguration, ConfigurationChanges) {
        let file = settings.file
        let facts = plugins.plugins.map { PluginFacts(name: $0.name, role: $0.role) }
        let new = try ConfigurationFile.load(file, plugins: facts)
        var changes = ConfigurationChanges(from: settings, to: new)
        guard changes.byRestart.isEmpty else { return (self, changes) }
        let files = try TLSMaterial.load(of: new)
        changes.reread(tls.changes(to: files))
        for instance in new.plugins.instances where changes.changedInstances.contains(instance.name) {
            guard instance.isolation == .none, let plugin = plugins[instance.plugin] else { continue }
            if !plugin.isLoadedHere, plugin.quarantine == nil { changes.needsMove(for: instance.name) }
        }
        var maker = InstanceMaker(plugins: plugins, redactor: SecretRedactor(new.plugins.secrets))
        var all = instances.filter { name, _ in
            new.plugins.instances.contains { $0.name == name } && !changes.changedInstances.contains(name)
        }
        all.merge(maker.make(new.plugins.instances.filter { all[$0.name] == nil })) { $1 }
        let problems = maker.problems + RoutedTrunks(new.trunks).problems(of: new.plugins.instances, made: all)
        guard problems.isEmpty else { throw ConfigurationErrors(file: file, problems: problems) }
        let checked = CheckedConfiguration(
            settings: new, plugins: plugins, warnings: maker.warnings, tls: files, instances: all,
            hasFolder: hasFolder, roles: roles)
        return (checked, changes)
    }
}
