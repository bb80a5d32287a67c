import ArgumentParser
import Foundation
import MediaRelay
import RelayEngine
import TandemKit

/// `tandem relay-process`: what the supervisor starts beside signalling. Also a relay for other SIP servers.
struct RelayProcessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay-process", abstract: "Run the media relay alone.",
        discussion: "Takes offers and answers by the NG protocol. The first interface is the default.",
        shouldDisplay: false)

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
        let count = threads > 0 ? threads : ProcessInfo.processInfo.activeProcessorCount
        do throws(RelayStartError) {
            let endpoint = Endpoint(address: address, port: port)
            try RelayProcess(interfaces: interfaces, ng: endpoint, socket: socket, threads: count).run()
        } catch {
            StandardError.write("tandem: \(error)")
            throw ExitCode.failure
        }
    }

    private func portRange() throws -> ClosedRange<UInt16> {
        let parts = ports.split(separator: "-").map { UInt16($0) }
        guard parts.count == 2, let first = parts[0], let last = parts[1], first < last else {
            throw ValidationError("`\(ports)` is no range of ports: write first-last")
        }
        return first...last
    }
}
