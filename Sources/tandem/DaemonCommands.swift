import Admin
import ArgumentParser
import Console

/// `tandem trunks`.
struct TrunksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trunks", abstract: "Show the trunks of the running daemon, their state and why.")

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        guard case .trunks(let trunks) = try daemon.ask(.trunks) else { throw DaemonOptions.unexpected }
        output.show(trunks, as: Tables.trunks)
    }
}

/// `tandem calls`.
struct CallsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls", abstract: "Show the calls that are up.")

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        guard case .calls(let calls) = try daemon.ask(.calls) else { throw DaemonOptions.unexpected }
        output.show(calls, as: Tables.calls)
    }
}

/// `tandem hangup CALL`.
struct HangupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hangup", abstract: "End a call: BYE to both sides, or CANCEL while it rings.")

    @Argument(help: ArgumentHelp("The call's number, as `tandem calls` shows it, like 0-17.", valueName: "call"))
    var call: String
    @OptionGroup var daemon: DaemonOptions

    func run() throws { try daemon.act(.hangup(call: call)) }
}

/// `tandem trace CALL|TRUNK`.
struct TraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Show the messages of both legs of a call as a ladder, with the decisions between.")

    @Argument(
        help: ArgumentHelp(
            "A call's number, like 0-17, or a trunk's name for its last calls.", valueName: "call or trunk"))
    var target: String
    @Flag(help: "Print each message whole; passwords and media keys are blotted out.")
    var full = false
    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        guard case .trace(let report) = try daemon.ask(.trace(target: target)) else { throw DaemonOptions.unexpected }
        output.show(report) { Ladder.draw($0, isFull: full) }
    }
}

/// `tandem log LEVEL`.
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Change how much the running daemon writes to its log.")

    @Argument(help: "trace, debug, info, notice, warning, error or critical.")
    var level: String
    @OptionGroup var daemon: DaemonOptions

    func run() throws { try daemon.act(.logLevel(level)) }
}

/// `tandem reload`.
struct ReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Have the running daemon read its configuration file anew.",
        discussion: """
            What has changed counts for new calls; calls in progress go on. The file is checked whole first: with an error in \
            it, nothing changes. SIGHUP to `tandem run` does the same, and the log tells what came of it.
            """)

    @OptionGroup var daemon: DaemonOptions

    func run() throws { try daemon.act(.reload) }
}

/// `tandem drain`.
struct DrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "Take no new calls, and let those that are up go on.")

    @Flag(help: "Take new calls again.")
    var end = false
    @OptionGroup var daemon: DaemonOptions

    func run() throws { try daemon.act(.drain(!end)) }
}

/// `tandem status`.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how the running daemon is: its calls, counters and bounds that were hit."
    )

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        guard case .status(let status) = try daemon.ask(.status) else { throw DaemonOptions.unexpected }
        output.show(status, as: Tables.status)
    }
}

/// `tandem metrics`.
struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Show the figures that plugins of the running daemon keep.",
        discussion: """
            In the text format of Prometheus, to be put where its node exporter looks for text files, say. Each has the \
            plugin's name in its own, and the instance as a label.
            """)

    @OptionGroup var daemon: DaemonOptions

    func run() throws {
        guard case .metrics(let text) = try daemon.ask(.metrics) else { throw DaemonOptions.unexpected }
        print(text, terminator: "")
    }
}

extension DaemonOptions {
    /// Asks for something to be done and prints what was.
    func act(_ request: AdminRequest) throws {
        guard case .done(let text) = try ask(request) else { throw DaemonOptions.unexpected }
        print(text)
    }
}
