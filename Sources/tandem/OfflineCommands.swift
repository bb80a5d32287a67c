import Admin
import ArgumentParser
import Configuration
import Console
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
        let checked = try CheckedConfiguration.load(configuration.file, host: PluginHost())
        if !errorsOnly {
            for refusal in checked.plugins.refused { StandardError.write("warning: \(refusal)") }
            for warning in checked.warnings { StandardError.write("warning: \(checked.settings.file): \(warning)") }
        }
        if quiet { return }
        let settings = checked.settings
        print(
            "\(settings.file): no errors; \(settings.listeners.count) listeners, \(settings.trunks.count) trunks, "
                + "\(settings.plugins.instances.count) plugin instances")
    }
}

/// `tandem plugins`.
struct PluginsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugins", abstract: "Show the plugins of the folder: what was loaded, what was refused and why.",
        discussion: """
            With a plugin's name, its settings with values, defaults and what they do. Asks the running daemon with \
            --running; otherwise looks at the folder of the configuration.
            """)

    @Argument(help: ArgumentHelp("The plugin whose settings to show.", valueName: "plugin"))
    var plugin: String?
    @Flag(help: "Show what the running daemon has loaded.")
    var running = false
    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let plugins = try running ? ask() : look()
        guard let plugin else { return output.show(plugins, as: Tables.plugins) }
        guard let found = plugins.first(where: { $0.name == plugin }) else {
            let names = plugins.compactMap(\.name)
            let remedy = NearestName.of(plugin, among: names).map { "did you mean '\($0)'?" }
            throw AdminFailure(
                "there is no plugin '\(plugin)'", remedy: remedy ?? "`tandem plugins` lists those that are there")
        }
        output.show(found, as: PluginText.draw)
    }

    private func ask() throws -> [PluginReport] {
        guard case .plugins(let plugins) = try daemon.ask(.plugins) else { throw DaemonOptions.unexpected }
        return plugins
    }

    private func look() throws -> [PluginReport] {
        let settings = try ConfigurationFile.load(daemon.configuration.file)
        let plugins = try PluginHost().load(folder: settings.plugins.folder)
        return PluginReports.make(of: plugins, instances: settings.plugins.instances)
    }
}

/// `tandem explain`.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say where a number would go and why, without placing a call.",
        discussion: """
            Works on the configuration file and its plugins; needs no running daemon. Prints each rule tried, each \
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
        let checked = try CheckedConfiguration.load(configuration.file, host: PluginHost())
        let explanation = try Explainer(checked).explain(from: from, to: to, trunk: trunk)
        output.show(explanation, as: ExplanationText.draw)
    }
}

/// `tandem version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Show the versions of this command, the plugin kit and Swift.")

    @OptionGroup var output: OutputOptions

    func run() { output.show(TandemVersion.report, as: Tables.version) }
}
