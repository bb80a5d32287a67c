import ArgumentParser
import Configuration
import Foundation
import Logging
import MediaRelay
import RelayEngine
import ShardLoop
import Signalling
import Supervisor
import TandemKit

/// `tandem relay-process`: what `tandem run` starts beside signalling, and a service of its own may run. Also a relay for
/// other SIP servers.
struct RelayProcessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay-process", abstract: "Run the media relay alone.",
        discussion: """
            With --config as its `media` section says. Without, as the other options say; then it takes offers and \
            answers by the NG protocol, and the first interface is the default.
            """,
        shouldDisplay: false)

    @Option(help: ArgumentHelp("A configuration file with a `media` section.", valueName: "file"))
    var config: String?
    @Option(help: ArgumentHelp("An interface: name=address, or name=address!advertised.", valueName: "interface"))
    var interface: [String] = ["default=127.0.0.1"]
    @Option(help: ArgumentHelp("The ports for media.", valueName: "first-last"))
    var ports = "49152-57500"
    @Option(help: ArgumentHelp("Where the NG protocol is served.", valueName: "address:port"))
    var ng = "127.0.0.1:2223"
    @Option(help: ArgumentHelp("A Unix socket for the typed commands of signalling.", valueName: "path"))
    var socket: String?
    @Option(help: ArgumentHelp("Threads; 0 for one per core.", valueName: "count"))
    var threads = 0

    func run() throws {
        guard SupervisorLink.isKept else { throw ExitCode.failure }
        let signals = StopSignals()
        var (interfaces, ng, socket, threads, settings, log) = try config.map(configured) ?? optioned()
        settings.report = { [log] in log.warning("\($0)") }
        do throws(RelayStartError) {
            let relay = try RelayProcess(
                interfaces: interfaces, ng: ng, socket: socket, threads: threads, settings: settings)
            try serve(relay, signals, interfaces, log)
        } catch {
            StandardError.write("tandem: \(error)")
            throw ExitCode.failure
        }
    }

    private typealias Plan = ([MediaInterface], ng: Endpoint?, socket: String?, threads: Int, RelaySettings, Logger)

    /// Runs until SIGTERM or SIGINT.
    private func serve(
        _ relay: RelayProcess, _ signals: StopSignals, _ interfaces: [MediaInterface], _ log: Logger
    ) throws(RelayStartError) {
        let notifier = ServiceNotifier()
        do throws(LoopError) {
            _ = try ShardThread(name: "tandem-stop") {
                let signal = signals.wait { log.notice("\(StopSignals.hangUpAnswer)") }
                notifier.stopping()
                log.info("relay stopping", metadata: ["signal": "\(signal)"])
                relay.stop()
            }
        } catch {
            throw .loop(error)
        }
        for interface in interfaces {
            log.info(
                "relaying",
                metadata: [
                    "interface": "\(interface.name)", "address": "\(interface.address)",
                    "advertised": "\(interface.advertised)",
                    "ports": "\(interface.ports.lowerBound)-\(interface.ports.upperBound)",
                ])
        }
        for warning in relay.warnings { log.warning("\(warning)") }
        let limit = DescriptorLimit.raise(to: UInt64(relay.descriptorsWanted))
        if let shortage = limit.shortage(refused: "media ports") { log.warning("\(shortage)") }
        notifier.ready(status: "\(interfaces.map(\.name).joined(separator: ", "))")
        try relay.run()
    }

    private func configured(_ file: String) throws -> Plan {
        let settings = try ConfigurationFile.load(file)
        guard let media = settings.media, !media.interfaces.isEmpty else {
            let problem = ConfigurationProblem(
                at: nil, path: "media", message: "there is no interface, so there is nothing to relay",
                remedy: "add one, like media: { interfaces: { lan: { address: 192.0.2.1 } } }")
            throw ConfigurationErrors(file: file, problems: [problem])
        }
        let interfaces = media.interfaces.map {
            MediaInterface(name: $0.name, address: $0.address, advertised: $0.advertise, ports: media.ports)
        }
        var chosen = RelaySettings()
        chosen.codePoint = media.dscp
        chosen.limits.ownerless = media.ownerless
        chosen.limits.silence = media.silence
        return (
            interfaces, media.ng, media.socket, media.threads ?? Self.coreCount, chosen, ProcessLog.make(of: settings)
        )
    }

    private func optioned() throws -> Plan {
        let range = try portRange()
        let interfaces = try interface.map { text in
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            let addresses = (parts.last ?? "").split(separator: "!", maxSplits: 1).map { IPAddress(String($0)) }
            guard parts.count == 2, let address = addresses.first ?? nil, !addresses.contains(nil) else {
                throw ValidationError("`\(text)` is no interface: write name=address or name=address!advertised")
            }
            return MediaInterface(name: parts[0], address: address, advertised: addresses.last ?? nil, ports: range)
        }
        guard let place = ng.lastIndex(of: ":"), let address = IPAddress(String(ng[..<place])),
            let port = UInt16(ng[ng.index(after: place)...])
        else { throw ValidationError("`\(ng)` is no address and port") }
        return (
            interfaces, Endpoint(address: address, port: port), socket, threads > 0 ? threads : Self.coreCount,
            RelaySettings(), ProcessLog.make()
        )
    }

    private static var coreCount: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

    private func portRange() throws -> ClosedRange<UInt16> {
        let parts = ports.split(separator: "-").map { UInt16($0) }
        guard parts.count == 2, let first = parts[0], let last = parts[1], first < last else {
            throw ValidationError("`\(ports)` is no range of ports: write first-last")
        }
        return first...last
    }
}
