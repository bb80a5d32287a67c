import Foundation
import Glibc
import MediaRelay
import RelayControl
import RelayEngine
import ShardLoop
import Synchronization
import TandemKit
import Testing

/// A relay on threads of this process, with a socket of its own; it ends with the test.
final class RunningRelay {
    static let address = IPAddress(ipv4: 0x7F00_0001)
    /// Each relay has ports of its own: tests run side by side.
    private static let lastPorts = Atomic<Int>(30_000)

    let path: String
    let ports: ClosedRange<UInt16>
    private let process: RelayProcess
    private let thread: Ended

    /// Whether the relay's first thread has ended.
    private final class Ended: Sendable {
        let isEnded = Atomic<Bool>(false)
    }

    init(threads: Int = 1, path: String? = nil, settings: RelaySettings = RelaySettings()) throws {
        let folder = path ?? NSTemporaryDirectory() + "tandem-relay-\(UUID().uuidString.prefix(13)).sock"
        self.path = folder
        let first = UInt16(Self.lastPorts.add(400, ordering: .relaxed).newValue)
        ports = first...first + 399
        let interfaces = [
            MediaInterface(name: "lan", address: Self.address, ports: ports),
            MediaInterface(name: "wan", address: IPAddress(ipv4: 0x7F00_0002), ports: ports),
        ]
        let process = try RelayProcess(
            interfaces: interfaces, ng: nil, socket: folder, threads: threads, settings: settings)
        self.process = process
        let ended = Ended()
        thread = ended
        _ = try ShardThread(name: "relay") {
            do { try process.run() } catch { Issue.record(error) }
            ended.isEnded.store(true, ordering: .releasing)
        }
    }

    deinit { stop() }

    /// Ends the relay and waits until it has ended.
    func stop() {
        process.stop()
        while !thread.isEnded.load(ordering: .acquiring) { sched_yield() }
    }

    func connect() throws -> RelayConnection { try RelayConnection(path: path) }

    func status(thread: Int = 0) throws -> RelayStatus {
        guard case .status(let status) = try connect().ask(.status(thread: thread)) else {
            throw WrongReply()
        }
        return status
    }

    struct WrongReply: Error {}
}

extension RelayConnection {
    /// Offers a phone's description and gives the relay's place for the other party.
    func offer(_ phone: Phone, from tag: String = "a", in session: String) throws -> Endpoint {
        try place(
            ask(.offer(session: session, from: tag, description: phone.description().bytes, RelayOptions())))
    }

    /// Answers with a phone's description and gives the relay's place for the offer's writer.
    func answer(_ phone: Phone, from tag: String = "b", in session: String) throws -> Endpoint {
        try place(
            ask(.answer(session: session, from: tag, description: phone.description().bytes, RelayOptions())))
    }

    /// Sets up a call; the relay's places for both.
    func join(_ caller: Phone, _ callee: Phone, in session: String) throws -> (Endpoint, Endpoint) {
        let forCallee = try offer(caller, in: session)
        return (try answer(callee, in: session), forCallee)
    }

    private func place(_ reply: RelayReply) throws -> Endpoint {
        guard case .description(let bytes) = reply else {
            Issue.record("\(reply)")
            throw RunningRelay.WrongReply()
        }
        let description = try SessionDescription(bytes)
        let address = try #require(description.connection(of: description.media[0])?.address)
        return Endpoint(address: try #require(IPAddress(address)), port: description.media[0].port)
    }
}
