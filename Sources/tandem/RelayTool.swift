import Admin
import ArgumentParser
import Configuration
import RelayControl

/// What every command that asks the relay needs.
struct RelayTool: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOption

    @Option(help: ArgumentHelp("The relay's socket. Without it: the one of the configuration.", valueName: "path"))
    var socket: String?

    func connect() throws(AdminFailure) -> RelayConnection {
        let path = socket ?? ConfigurationFile.relaySocket(of: configuration.fileIfAny)
        do throws(RelayConnectionError) {
            return try RelayConnection(path: path)
        } catch {
            throw socket == nil ? absence ?? Self.failure(error) : Self.failure(error)
        }
    }

    /// Why there is no relay to ask, when the configuration wants none.
    private var absence: AdminFailure? {
        guard let file = configuration.fileIfAny, let settings = try? ConfigurationFile.load(file) else { return nil }
        guard let media = settings.media else {
            return AdminFailure(
                "\(file) has no `media` section, so media go between the parties",
                remedy: "add the section, or name the relay's socket with --socket")
        }
        guard !media.rtpengines.isEmpty else { return nil }
        return AdminFailure(
            "\(file) has rtpengines in place of Tandem's own relay",
            remedy: "ask them, as with rtpengine-ctl; `tandem calls` and `tandem trace` show what becomes of calls")
    }

    func ask(_ command: RelayCommand, _ connection: RelayConnection) throws(AdminFailure) -> RelayReply {
        do throws(RelayConnectionError) { return try connection.ask(command) } catch { throw Self.failure(error) }
    }

    /// How each thread is.
    func statuses(_ connection: RelayConnection? = nil) throws(AdminFailure) -> [RelayStatus] {
        let connection = if let connection { connection } else { try connect() }
        var statuses: [RelayStatus] = []
        repeat {
            switch try ask(.status(thread: statuses.count), connection) {
            case .status(let status): statuses.append(status)
            case .refused(let reason): throw Self.refused(reason)
            default: throw Self.unexpected
            }
        } while statuses.count < statuses[0].threads
        return statuses
    }

    /// The names of all sessions, sorted.
    func names(_ connection: RelayConnection) throws(AdminFailure) -> [String] {
        var names: [String] = []
        for status in try statuses(connection) {
            for part in 0..<status.listParts {
                let command = RelayCommand.list(thread: status.thread, part: part, of: status.listParts)
                switch try ask(command, connection) {
                case .sessions(let some): names += some
                case .refused(let reason): throw Self.refused(reason)
                default: throw Self.unexpected
                }
            }
        }
        return names.sorted()
    }

    static func refused(_ reason: String) -> AdminFailure {
        AdminFailure("the relay refuses: \(reason)", remedy: "see `tandem relay status` and `tandem relay sessions`")
    }

    /// A reply of another kind than was asked for: a relay of another version.
    static var unexpected: AdminFailure {
        AdminFailure(
            "the relay's reply is of another kind", remedy: "use the `tandem` command of the relay's version")
    }

    private static func failure(_ error: RelayConnectionError) -> AdminFailure {
        AdminFailure(error.message, remedy: error.remedy)
    }
}
