import PluginHost

// The child process that asks a plugin what it is: before anything else is set up.
if CommandLine.arguments.count == 3, CommandLine.arguments[1] == PluginInspection.subcommand {
    PluginInspection.runChild(path: CommandLine.arguments[2])
}
print("tandem")
