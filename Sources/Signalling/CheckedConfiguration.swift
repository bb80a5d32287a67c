public import Configuration
import Foundation
import LookUps
public import PluginHost
import TandemKit

/// A configuration that was checked against the plugins it names, with their instances made: all that `tandem check`
/// proves and `tandem run` and `tandem explain` start from.
public struct CheckedConfiguration: Sendable {
    /// The file's values.
    public let settings: TandemConfiguration
    /// The plugins of the folder, loaded and refused.
    public let plugins: PluginSet
    /// What is probably not meant, as plugins and the media rules say; nothing wrong.
    public let warnings: [ConfigurationProblem]

    /// What the files about TLS hold.
    let tls: TLSMaterial
    let instances: [String: PluginInstance]
    /// Whether there is a plugin folder at all: one that is named, or that instances need.
    let hasFolder: Bool
    /// What each plugin was for when the file was checked.
    let roles: [String: PluginRole]

    /// Reads a file, loads its plugins and makes their instances.
    ///
    /// Two passes: the first finds the plugin folder, the second knows the plugins' roles. Nothing is started.
    /// - Parameters:
    ///   - host: Loads the plugins; it outlives the configuration, so that a reload shares its images.
    ///   - keepsStores: Whether what plugins keep is taken from the journal's folder, and written there: for a daemon.
    /// - Throws: Every problem at once, each with its line and remedy.
    public static func load(
        _ file: String, host: PluginHost, keepsStores: Bool = false
    ) throws(ConfigurationErrors) -> CheckedConfiguration {
        guard let draft = ConfigurationFile.plugins(of: file) else {
            // Not YAML at all: this throws why.
            return CheckedConfiguration(
                settings: try ConfigurationFile.load(file), plugins: PluginSet(), warnings: [], tls: .none,
                instances: [:], hasFolder: false, roles: [:])
        }
        let wantedHere = Set(draft.instances.filter { $0.isolation == .none }.map(\.plugin))
        host.loadsHere = { wantedHere.contains($0) }
        let plugins: PluginSet
        let isUsed = !draft.instances.isEmpty || draft.folderPosition != nil
        do throws(PluginHostError) {
            plugins = isUsed ? try host.load(folder: draft.folder) : PluginSet()
        } catch {
            let problem = ConfigurationProblem(
                at: draft.folderPosition, path: "plugins.folder", sentence: error.description)
            throw ConfigurationErrors(file: file, problems: [problem] + problems(of: file, facts: nil))
        }
        let facts = plugins.plugins.map { PluginFacts(name: $0.name, role: $0.role) }
        // Instances are made of what they may ask for; of a file with errors none is used.
        if let settings = try? ConfigurationFile.load(file, plugins: facts) {
            host.services.updateFacts { _ in ExchangeFacts(of: settings) }
            if keepsStores, let journal = settings.signalling.journal {
                host.services.keepStores(in: DaemonStores.folder(beside: journal))
            }
        }
        var maker = InstanceMaker(plugins: plugins, redactor: SecretRedactor(draft.secrets))
        let instances = maker.make(draft.instances)
        // Of an unknown plugin its instance says more than the file's own check.
        let known = Set(maker.problems.map(\.position))
        let problems = maker.problems + problems(of: file, facts: facts).filter { !known.contains($0.position) }
        guard problems.isEmpty else { throw ConfigurationErrors(file: file, problems: problems) }
        let settings = try ConfigurationFile.load(file, plugins: facts)
        let strays = RoutedTrunks(settings.trunks).problems(of: draft.instances, made: instances)
        guard strays.isEmpty else { throw ConfigurationErrors(file: file, problems: strays) }
        let tls = try TLSMaterial.load(of: settings)
        return CheckedConfiguration(
            settings: settings, plugins: plugins,
            warnings: maker.warnings + MediaWarnings.of(settings, made: instances)
                + LookUpSource.warnings(of: settings.lookUps)
                + tls.warnings(at: Int(Date().timeIntervalSince1970)),
            tls: tls, instances: instances, hasFolder: isUsed,
            roles: Dictionary(plugins.plugins.map { ($0.name, $0.role) }) { first, _ in first })
    }

    /// What is wrong with the file, the plugins' settings aside.
    private static func problems(of file: String, facts: [PluginFacts]?) -> [ConfigurationProblem] {
        do throws(ConfigurationErrors) {
            _ = try ConfigurationFile.load(file, plugins: facts)
            return []
        } catch {
            return error.problems
        }
    }
}
