import Configuration
import Glibc
import PluginHost
import Signalling

// The child process that asks a plugin what it is: before anything else is set up.
if CommandLine.arguments.count == 3, CommandLine.arguments[1] == PluginInspection.subcommand {
    PluginInspection.runChild(path: CommandLine.arguments[2])
}
do {
    let host = try PluginHost()
    try Daemon(CheckedConfiguration.load(CommandLine.arguments[2], host: host)).run()
} catch let errors as ConfigurationErrors {
    print(errors)
    exit(2)
} catch {
    print(error)
    exit(1)
}
