import Admin
import ArgumentParser
import Configuration
import Console
import PlainText
import PluginHost
import Signalling
import TandemKit

/// `tandem check`.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a configuration and the plugins it uses: every error at once, each with its line and remedy.")

    @OptionGroup var configuration: ConfigurationOption
    @Flag(help: "Say nothing when all is well.")
    var quiet = false
    @Flag(help: "Leave out warnings.")
    var errorsOnly = false

    func run() throws {
        let host = try PluginHost(services: .offline(says: !errorsOnly))
        defer { host.services.close() }
        let checked = try CheckedConfiguration.load(configuration.file, host: host)
        if !errorsOnly {
            for refusal in checked.plugins.refused { StandardError.write("warning: \(refusal)") }
            for warning in checked.warnings { StandardError.write("warning: \(checked.settings.file): \(warning)") }
        }
        if quiet { return }
        let settings = checked.settings
        print(
            "\(settings.file): no errors; \(PlainText.count(settings.listeners.count, "listener")), "
                + "\(PlainText.count(settings.trunks.count, "trunk")), "
                + PlainText.count(settings.plugins.instances.count, "plugin instance"))
    }
}

/// `tandem schema`.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of the configuration file, for an editor that completes and checks with it.",
        discussion: """
            Knows the settings of the plugins in the configuration's plugin folder; the file may have errors, or not be \
            there yet: then name a folder with --plugins. `tandem check` knows more than a schema can say.
            """)

    @OptionGroup var configuration: ConfigurationOption
    @Option(
        help: ArgumentHelp("The plugin folder. Without it: the one of the configuration.", valueName: "folder"))
    var plugins: String?

    func run() throws {
        let section = configuration.fileIfAny.flatMap { ConfigurationFile.plugins(of: $0) }
        let set = try (plugins ?? section?.folder).map { try PluginHost().load(folder: $0) } ?? PluginSet()
        for refusal in set.refused { StandardError.write("warning: \(refusal)") }
        print(ConfigurationJSONSchema(plugins: set).text)
    }
}

/// `tandem explain`.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say where a number would go and why, without placing a call.",
        discussion: """
            Works on the configuration file and its plugins; needs no running daemon. What plugins look up is \
            really looked up. Prints each rule tried, each \
            value before and after with the plugin that changed it, the trunks in order and what each would be sent.
            """)

    @Option(help: ArgumentHelp("The caller's number.", valueName: "number"))
    var from: String
    @Option(help: ArgumentHelp("The dialled number.", valueName: "number"))
    var to: String
    @Option(
        help: ArgumentHelp(
            "The trunk that the call comes from. Without it: the first that has a router.", valueName: "name"))
    var trunk: String?
    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOptions

    func run() throws {
        let host = try PluginHost(services: .offline(says: true))
        defer { host.services.close() }
        host.waitLongerForHooks()
        let checked = try CheckedConfiguration.load(configuration.file, host: host)
        let explanation = try Explainer(checked).explain(from: from, to: to, trunk: trunk)
        for report in host.processes.reports where report.fallbacks > 0 {
            StandardError.write(
                "warning: \(report.instance) (\(report.file)) gave no answer to \(report.fallbacks) of its hooks, so what "
                    + "follows is without them; `tandem plugin check` finds out why")
        }
        output.show(explanation, as: ExplanationText.draw)
    }
}

extension ServiceCenter {
    /// Services without a daemon: stores are empty, no timer runs, and what plugins log goes to standard error.
    static func offline(says: Bool) -> ServiceCenter {
        let center = ServiceCenter(clock: .manual())
        center.attach { line in if says { StandardError.write("\(line.instance) (\(line.level)): \(line.text)") } }
        return center
    }
}

/// `tandem version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Show the versions of this command, the plugin kit and Swift.")

    @OptionGroup var output: OutputOptions

    func run() { output.show(TandemVersion.report, as: Tables.version) }
}
