import Admin
import ArgumentParser
import Configuration
import Console

/// What every command that asks the running daemon needs.
struct DaemonOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOption

    @Option(
        help: ArgumentHelp("The daemon's control socket. Without it: the one of the configuration.", valueName: "path"))
    var socket: String?

    /// Asks the daemon.
    func ask(_ request: AdminRequest) throws(AdminFailure) -> AdminAnswer {
        let path = socket ?? ConfigurationFile.controlSocket(of: configuration.fileIfAny)
        return try AdminClient(path: path).ask(request)
    }

    /// An answer of another kind than was asked for: a daemon of another version.
    static var unexpected: AdminFailure {
        AdminFailure(
            "the daemon's answer is of another kind", remedy: "use the `tandem` command of the daemon's version")
    }
}

/// `--json`.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON, for scripts.")
    var json = false

    /// Prints a value as JSON or as text.
    func show<Value: Encodable>(_ value: Value, as text: (Value) -> String) {
        print(json ? JSONText.of(value) : text(value))
    }
}
