import Foundation
import Glibc
import TandemKit

/// What a plugin file says of itself, asked in a process that is thrown away: the first time that any code of
/// the file runs. A crash, an endless loop or a scribbled page there costs nothing but the answer.
public struct PluginInspection: Hashable, Sendable, Codable {
    /// One plugin of the file.
    public struct Plugin: Hashable, Sendable, Codable {
        /// The name in the configuration's `plugin:`.
        public let name: String
        /// The plugin's own version.
        public let version: String
        /// What it is for.
        public let role: PluginRole
        /// What can be set.
        public let fields: [FieldDescription]
        /// A JSON Schema of what can be set.
        public let settingsSchema: String
    }

    /// Why there is no answer.
    public struct Problem: Hashable, Sendable, Codable {
        /// The code of the refusal that follows.
        public let code: String
        /// What happened, as the end of "The file …".
        public let cause: String
        /// What to do about it, as a clause.
        public let remedy: String
    }

    /// The plugins, in the order in which the file registered them.
    public let plugins: [Plugin]
    /// Why there are none.
    public let problem: Problem?

    /// The name of the hidden subcommand that runs `runChild`.
    public static let subcommand = "inspect-plugin"
    /// Seconds after which a child that lost its parent ends itself.
    static let lifetime: UInt32 = 60

    /// The whole of the child process: loads the file, asks it, writes the answer to standard output as JSON and
    /// ends the process without running what the plugin may have left to run at its end.
    ///
    /// What the plugin prints goes to standard error, so that it can't be mistaken for the answer.
    public static func runChild(path: String) -> Never {
        ThrowAwayProcess.answer(within: lifetime) { inspect(path: path) }
    }

    private static func inspect(path: String) -> PluginInspection {
        let image: PluginImage
        do throws(PluginImage.LinkError) { image = try PluginImage(path: path) } catch {
            return PluginInspection(
                problem: .notLoaded, "is refused by the dynamic linker (\(error.text))", remedy: error.remedy)
        }
        let registry = image.collect()
        if registry.omittedCount > 0 {
            return PluginInspection(
                problem: .badAnswer, "registers more than \(PluginRegistry.descriptorCountMax) plugins")
        }
        for descriptor in registry.descriptors {
            do { try descriptor.selfTest() } catch {
                return PluginInspection(
                    problem: .failedSelfTest, "fails the self-test of its plugin \(descriptor.name) (\(error))")
            }
        }
        return PluginInspection(plugins: registry.descriptors.map(Plugin.init(of:)), problem: nil)
    }

    private init(plugins: [Plugin], problem: Problem?) {
        self.plugins = plugins
        self.problem = problem
    }

    private init(
        problem code: PluginFileRefusal.Code, _ cause: String, remedy: String = "ask its author for a build that works"
    ) {
        let problem = Problem(
            code: code.rawValue, cause: cause.prefix(1000).split(whereSeparator: \.isNewline).joined(separator: " "),
            remedy: remedy)
        self.init(plugins: [], problem: problem)
    }
}

extension PluginInspection.Plugin {
    init(of descriptor: PluginDescriptor) {
        name = descriptor.name
        version = descriptor.version
        role = descriptor.role
        fields = descriptor.fields
        settingsSchema = descriptor.settingsSchema
    }
}
