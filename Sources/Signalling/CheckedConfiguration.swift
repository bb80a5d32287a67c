public import Configuration
import Foundation
public import PluginHost
import TandemKit

/// A configuration that was checked against the plugins it names, with their instances made: all that `tandem check`
/// proves and `tandem run` and `tandem explain` start from.
public struct CheckedConfiguration: Sendable {
    /// The file's values.
    public let settings: TandemConfiguration
    /// The plugins of the folder, loaded and refused.
    public let plugins: PluginSet
    /// What plugins said is probably not meant; nothing wrong.
    public let warnings: [ConfigurationProblem]

    let instances: [String: PluginInstance]

    /// Reads a file, loads its plugins and makes their instances.
    ///
    /// Two passes: the first finds the plugin folder, the second knows the plugins' roles. Nothing is started.
    /// - Parameter host: Loads the plugins; it outlives the configuration, so that a reload shares its images.
    /// - Throws: Every problem at once, each with its line and remedy.
    public static func load(_ file: String, host: PluginHost) throws(ConfigurationErrors) -> CheckedConfiguration {
        let draft = try ConfigurationFile.load(file)
        let plugins: PluginSet
        do throws(PluginHostError) {
            let isUsed = !draft.plugins.instances.isEmpty || draft.plugins.folderPosition != nil
            plugins = isUsed ? try host.load(folder: draft.plugins.folder) : PluginSet()
        } catch {
            throw ConfigurationErrors(
                file: file,
                problems: [
                    ConfigurationProblem(
                        at: draft.plugins.folderPosition, path: "plugins.folder", sentence: error.description)
                ])
        }
        var maker = InstanceMaker(plugins: plugins)
        let instances = maker.make(draft.plugins.instances)
        var problems = maker.problems
        // Roles can be checked only for instances of plugins that were loaded.
        let facts = plugins.plugins.map { PluginFacts(name: $0.name, role: $0.role) }
        do throws(ConfigurationErrors) {
            let settings = try ConfigurationFile.load(file, plugins: facts)
            guard problems.isEmpty else { throw ConfigurationErrors(file: file, problems: problems) }
            return CheckedConfiguration(
                settings: settings, plugins: plugins, warnings: maker.warnings, instances: instances)
        } catch {
            // The second pass says of an unknown plugin what its instance has said already, with more reason.
            let known = Set(problems.map(\.position))
            if error.problems != problems { problems += error.problems.filter { !known.contains($0.position) } }
            throw ConfigurationErrors(file: file, problems: problems)
        }
    }
}

extension ConfigurationProblem {
    /// A problem from a sentence whose remedy follows its last colon.
    init(at position: SourcePosition?, path: String, sentence: String) {
        let text = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
        guard let colon = text.range(of: ": ", options: .backwards) else {
            self.init(at: position, path: path, message: text, remedy: "see docs/CONFIGURATION.md")
            return
        }
        self.init(
            at: position, path: path, message: String(text[..<colon.lowerBound]),
            remedy: String(text[colon.upperBound...]))
    }
}
