import Admin
import ArgumentParser
import Configuration
import Console
import PluginHost
import Signalling
import TandemKit

/// `tandem plugins`.
struct PluginsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugins",
        abstract: "Show the plugins of the folder, or those of the running daemon; go back to the build before.",
        subcommands: [PluginsShowCommand.self, PluginsRollbackCommand.self, PluginsReviveCommand.self],
        defaultSubcommand: PluginsShowCommand.self)
}

/// `tandem plugins revive INSTANCE`.
struct PluginsReviveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revive", abstract: "Start the process of an instance again that has ended too often.")

    @Argument(help: ArgumentHelp("The instance's name in the configuration.", valueName: "instance"))
    var instance: String
    @OptionGroup var daemon: DaemonOptions

    func run() throws { try daemon.act(.revive(instance: instance)) }
}

/// `tandem plugins rollback NAME`.
struct PluginsRollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Let the build before serve again in the running daemon.",
        discussion: """
            New calls run through the generation that served before; calls in progress stay where they are. The file in \
            the folder is not taken again until it changes. All plugins of one file go back together.
            """)

    @Argument(help: ArgumentHelp("The plugin's name.", valueName: "plugin"))
    var plugin: String
    @OptionGroup var daemon: DaemonOptions

    func run() throws { try daemon.act(.rollback(plugin: plugin)) }
}

/// `tandem plugins show`.
struct PluginsShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the plugins of the folder: what was loaded, what was refused and why.",
        discussion: """
            With a plugin's name, its settings with values, defaults and what they do; --schema prints them as JSON Schema, \
            --page as a page of Markdown. Asks the running daemon with \
            --running; otherwise looks at the folder of the configuration. \
            The daemon also shows the generations of each plugin.
            """)

    @Argument(help: ArgumentHelp("The plugin whose settings to show.", valueName: "plugin"))
    var plugin: String?
    @Flag(help: "Show what the running daemon has loaded.")
    var running = false
    @Flag(help: "Print the JSON Schema of the settings: of all plugins by their names, or of one.")
    var schema = false
    @Flag(help: "Print a reference page in Markdown.")
    var page = false
    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if schema, page || running { throw ValidationError("--schema goes with neither --page nor --running") }
        if page, plugin == nil { throw ValidationError("--page needs the name of a plugin") }
    }

    func run() throws {
        if schema { return try printSchema() }
        let plugins = try running ? ask() : look()
        guard let plugin else { return output.show(plugins, as: Tables.plugins) }
        guard let found = plugins.first(where: { $0.name == plugin }) else {
            throw unknown(plugin, among: plugins.compactMap(\.name))
        }
        output.show(found, as: page ? PluginPage.draw : PluginText.draw)
    }

    private func printSchema() throws {
        let plugins = try folder().plugins
        guard let plugin else { return print(ConfigurationJSONSchema.settings(of: plugins)) }
        guard let found = plugins[plugin] else { throw unknown(plugin, among: plugins.plugins.map(\.name)) }
        print(ConfigurationJSONSchema.settings(of: found, named: plugin))
    }

    private func unknown(_ plugin: String, among names: [String]) -> AdminFailure {
        let remedy = NearestName.of(plugin, among: names).map { "did you mean '\($0)'?" }
        return AdminFailure(
            "there is no plugin '\(plugin)'", remedy: remedy ?? "`tandem plugins` lists those that are there")
    }

    private func ask() throws -> [PluginReport] {
        guard case .plugins(let plugins) = try daemon.ask(.plugins) else { throw DaemonOptions.unexpected }
        return plugins
    }

    private func look() throws -> [PluginReport] {
        let (settings, plugins) = try folder()
        return PluginReports.make(of: plugins, instances: settings.plugins.instances)
    }

    private func folder() throws -> (settings: TandemConfiguration, plugins: PluginSet) {
        let settings = try ConfigurationFile.load(daemon.configuration.file)
        return (settings, try PluginHost().load(folder: settings.plugins.folder))
    }
}
