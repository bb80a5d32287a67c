import Admin
import ArgumentParser
import Console
import RelayControl
import Signalling

/// `tandem relay`: the media relay, asked over its own socket. It answers while signalling is away.
struct RelayCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay", abstract: "Show and drain the media relay.",
        subcommands: [Status.self, Sessions.self, Drain.self])

    /// `tandem relay status`.
    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show how the relay is: its sessions, ports, packets and bounds that were hit.")

        @OptionGroup var relay: RelayTool
        @OptionGroup var output: OutputOptions

        func run() throws { output.show(RelayStatusReport(try relay.statuses()), as: Tables.relay) }
    }

    /// `tandem relay sessions [NAME]`.
    struct Sessions: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what comes from each party of the relay's sessions.")

        @Argument(help: ArgumentHelp("One session. Without it: all.", valueName: "name"))
        var name: String?
        @OptionGroup var relay: RelayTool
        @OptionGroup var output: OutputOptions

        func run() throws {
            let connection = try relay.connect()
            let names = try name.map { [$0] } ?? relay.names(connection)
            var parties: [RelaySessionReport] = []
            for session in names {
                switch try relay.ask(.query(session: session), connection) {
                case .figures(let figures): parties += figures.map { RelaySessionReport($0, of: session) }
                // It has ended since its name was told.
                case .refused where name == nil: continue
                case .refused(let reason): throw RelayTool.refused(reason)
                default: throw RelayTool.unexpected
                }
            }
            output.show(parties, as: Tables.relaySessions)
        }
    }

    /// `tandem relay drain`.
    struct Drain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have the relay take no new sessions, and let those that are up go on.")

        @Flag(help: "Take new sessions again.")
        var end = false
        @OptionGroup var relay: RelayTool

        func run() throws {
            let connection = try relay.connect()
            for status in try relay.statuses(connection) {
                let reply = try relay.ask(.drain(thread: status.thread, isDraining: !end), connection)
                guard case .done = reply else { throw RelayTool.unexpected }
            }
            print(end ? "the relay takes new sessions again" : "the relay takes no new sessions")
        }
    }
}
