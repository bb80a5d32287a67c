import ArgumentParser
import Console
import Foundation
import PluginAuthoring
import PluginHost

/// `tandem plugin`.
struct PluginCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin", abstract: "Write a plugin: from an empty folder to a checked file.",
        discussion: """
            Needs no daemon. Code of a plugin runs in child processes alone. The next words are of one plugin's file; \
            `tandem plugins` is about the files that a daemon has.
            """,
        subcommands: [
            PluginNewCommand.self, PluginBuildCommand.self, PluginInspectCommand.self, PluginCheckCommand.self,
        ])
}

/// `tandem plugin new`.
struct PluginNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Write the package of a new plugin, with dialogues and a test.")

    @Argument(help: ArgumentHelp("The plugin's name, as Swift writes types: MyGateway.", valueName: "name"))
    var name: String
    @Option(help: "What it is for: adapter, normalizer, router or observer.")
    var role: PluginTemplate.Role = .adapter
    @Option(
        help: ArgumentHelp(
            "The folder TandemKit with the kit's sources. Without it: the one that belongs to this command.",
            valueName: "folder"))
    var sdk: String?
    @Option(help: ArgumentHelp("Where the package's folder is made.", valueName: "folder"))
    var into = "."

    func run() throws {
        let name = try PluginName(name)
        let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        let kit = try KitFolder.find(named: sdk, executable: executable)
        let files = try PluginTemplate(name: name, role: role, kit: kit).write(into: into)
        print(AuthoringText.written(files, in: PluginTemplate.folder(of: name, in: into), name: name))
    }
}

extension PluginTemplate.Role: ExpressibleByArgument {}

/// `tandem plugin build`.
struct PluginBuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Build the package of a plugin with optimization, and look at the file as the daemon will.")

    @Argument(help: ArgumentHelp("The package's folder.", valueName: "folder"))
    var folder = "."

    func run() throws {
        let reports = try PluginBuild(folder: folder, host: PluginHost()).run()
        print(AuthoringText.built(reports, folder: folder))
    }
}

/// `tandem plugin inspect`.
struct PluginInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a file holds: kit and Swift version, plugins, roles, settings; or why it is refused.")

    @Argument(help: ArgumentHelp("The plugin's .so.", valueName: "file"))
    var file: String
    @OptionGroup var output: OutputOptions

    func run() throws {
        switch try PluginHost().examine(file: file) {
        case .failure(let refusal):
            if output.json {
                print(JSONText.of(RefusalReport(refusal)))
            } else {
                StandardError.write("tandem: \(refusal)")
            }
            throw ExitCode(1)
        case .success(let found): output.show(InspectionReport(found), as: InspectionText.draw)
        }
    }
}

/// `tandem plugin check`.
struct PluginCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a plugin: its build, its settings, its hooks under hostile messages, its dialogues.",
        discussion: """
            Every hook gets thousands of spoiled messages, numbers or events: an error that it throws is fine, a crash, \
            an endless loop, a leak, a slow hook or a broken message is a finding. Dialogues (*.dialogue) run in the \
            call engine in virtual time. Exit codes: 0 no findings, 1 findings or a file that the daemon would refuse.
            """)

    @Argument(help: ArgumentHelp("The plugin's .so.", valueName: "file"))
    var file: String
    @Option(
        help: ArgumentHelp(
            "The folder with the dialogues. Without it: Dialogues in the current folder, if there is one.",
            valueName: "folder"))
    var dialogues: String?
    @Option(help: ArgumentHelp("A YAML file with the settings of the instance that is checked.", valueName: "file"))
    var settings: String?
    @Option(help: ArgumentHelp("How many messages each hook gets, 0 to 1000000.", valueName: "number"))
    var messages = 10_000
    @Option(help: ArgumentHelp("The seed of the messages: the same gives the same again.", valueName: "number"))
    var seed: UInt64 = 1
    @Option(help: ArgumentHelp("The first message: to see again what one of them did.", valueName: "number"))
    var first = 0
    @Flag(help: "Write what was seen into the dialogues instead of comparing.")
    var record = false
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (0...1_000_000).contains(messages) else {
            throw ValidationError("--messages \(messages) is outside 0 to 1000000")
        }
        guard (0...1_000_000_000).contains(first) else {
            throw ValidationError("--first \(first) is outside 0 to 1000000000")
        }
    }

    func run() throws {
        var options = CheckOptions()
        let usual = "Dialogues"
        options.dialogues = dialogues ?? (FileManager.default.fileExists(atPath: usual) ? usual : nil)
        options.settings = settings
        (options.messages, options.seed, options.first, options.records) = (messages, seed, first, record)
        let report = try PluginChecker(options, host: PluginHost()).check(file)
        if let refusal = report.refusal, !output.json {
            StandardError.write("tandem: \(refusal.sentence)")
        } else {
            output.show(report, as: CheckText.draw)
        }
        if !report.isFine { throw ExitCode(1) }
    }
}
