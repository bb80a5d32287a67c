import ArgumentParser
import Configuration
import PluginHost
import Signalling
import Supervisor

/// `tandem run`: a supervisor, signalling, and the relay when the configuration has one.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the daemon in the foreground until SIGTERM or SIGINT.")

    @OptionGroup var configuration: ConfigurationOption

    func run() throws {
        let file = configuration.file
        // In a process of its own, so that no plugin's code is loaded into the one that has to outlive all.
        let check = Supervisor.complete(["check", "--quiet", "--errors-only", "--config", file])
        guard check == .exit(0) else {
            if case .exit(let code) = check { throw ExitCode(code) }
            StandardError.write("tandem: the check of the configuration ended by \(check)")
            throw ExitCode.failure
        }
        let settings = try ConfigurationFile.load(file)
        var commands: [ProcessRole: [String]] = [.signalling: ["signalling-process", "--config", file]]
        if settings.media?.interfaces.isEmpty == false { commands[.relay] = ["relay-process", "--config", file] }
        let supervisor = Supervisor(commands: commands, log: ProcessLog.make(of: settings))
        throw ExitCode(supervisor.run())
    }
}

/// `tandem signalling-process`: what `tandem run` starts beside the relay, and a service of its own may run.
struct SignallingProcessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signalling-process", abstract: "Run signalling alone; the relay is another process.",
        shouldDisplay: false)

    @OptionGroup var configuration: ConfigurationOption

    func run() throws {
        guard SupervisorLink.isKept else { throw ExitCode.failure }
        try Self.serve(configuration.file)
    }

    /// Serves in this process.
    static func serve(_ file: String) throws {
        let host = try PluginHost()
        host.crashes.watchThisProcess()
        try Daemon(load(file, host), host: host).run()
    }

    /// The configuration with the plugins of the folder, or, where that can't serve, with the builds that served last.
    private static func load(_ file: String, _ host: PluginHost) throws -> CheckedConfiguration {
        do throws(ConfigurationErrors) {
            return try CheckedConfiguration.load(file, host: host, keepsStores: true)
        } catch {
            guard host.useStandIns(),
                let checked = try? CheckedConfiguration.load(file, host: host, keepsStores: true)
            else { throw error }
            StandardError.write("\(error)\ntandem: the builds that served last serve on")
            return checked
        }
    }
}
