import Admin
import ArgumentParser
import Configuration
import Glibc
import PluginAuthoring
import PluginHost
import Signalling
import Supervisor

// The child process that asks a plugin what it is: before anything else is set up.
if CommandLine.arguments.count == 3, CommandLine.arguments[1] == PluginInspection.subcommand {
    PluginInspection.runChild(path: CommandLine.arguments[2])
}

// The child process in which the hooks of a plugin run.
if CommandLine.arguments.count == 2, CommandLine.arguments[1] == PluginChild.subcommand { PluginChild.run() }

// The child process in which a plugin is checked.
if CommandLine.arguments.count == 3, CommandLine.arguments[1] == CheckChild.subcommand {
    CheckChild.run(order: CommandLine.arguments[2])
}

// A daemon that is asked to read its file anew before it serves must not end by that.
if CommandLine.arguments.count > 1, ["run", "signalling-process"].contains(CommandLine.arguments[1]) {
    StopSignals.blockHangUp()
}

do {
    var command = try TandemCommand.parseAsRoot()
    try command.run()
} catch let errors as ConfigurationErrors {
    StandardError.write("\(errors)")
    exit(2)
} catch let failure as AdminFailure {
    StandardError.write("tandem: \(failure.message); \(failure.remedy)")
    exit(1)
} catch let failure as AuthoringFailure {
    StandardError.write("tandem: \(failure.message); \(failure.remedy)")
    exit(1)
} catch let refusal as PluginFileRefusal {
    StandardError.write("tandem: \(refusal)")
    exit(1)
} catch let error as DaemonError {
    StandardError.write("tandem: \(error)")
    exit(1)
} catch let error as PluginHostError {
    StandardError.write("tandem: \(error)")
    exit(1)
} catch {
    // Help, and what is wrong with the command line.
    TandemCommand.exit(withError: error)
}
