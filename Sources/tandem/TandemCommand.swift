import ArgumentParser
import Signalling

/// `tandem` and its subcommands.
struct TandemCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tandem",
        abstract: "A SIP tandem exchange: connects trunks through plugins.",
        discussion: """
            Exit codes: 0 done, 1 trouble while running (no daemon, port in use), 2 errors in the configuration, \
            64 a wrong command line.
            """,
        version: TandemVersion.current,
        subcommands: [
            RunCommand.self, CheckCommand.self, SchemaCommand.self, PluginsCommand.self, PluginCommands.self,
            ExplainCommand.self,
            TrunksCommand.self,
            CallsCommand.self, HangupCommand.self, TraceCommand.self, LogCommand.self, StatusCommand.self,
            ReloadCommand.self, DrainCommand.self, MetricsCommand.self, SignallingProcessCommand.self,
            RelayCommands.self,
            RelayProcessCommand.self,
            VersionCommand.self,
        ])
}
