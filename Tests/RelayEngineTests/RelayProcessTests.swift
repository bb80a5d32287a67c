import Foundation
import MediaRelay
import RelayControl
import RelayEngine
import Sockets
import TandemKit
import Testing

@Suite(.serialized) struct RelayProcessTests {
    private func relay(at path: String) throws -> RelayProcess {
        let interface = MediaInterface(name: "lan", address: RunningRelay.address, ports: 29_000...29_099)
        return try RelayProcess(interfaces: [interface], ng: nil, socket: path, threads: 1)
    }

    private var path: String { NSTemporaryDirectory() + "tandem-relay-\(UUID().uuidString.prefix(13)).sock" }

    @Test("the socket's file is its owner's alone, and goes away with the relay")
    func file() throws {
        let relay = try RunningRelay()
        var status = stat()
        #expect(stat(relay.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        relay.stop()
        let deadline = Date(timeIntervalSinceNow: 5)
        while stat(relay.path, &status) == 0, Date() < deadline { usleep(1_000) }
        #expect(stat(relay.path, &status) != 0)
    }

    @Test("a file that a dead relay left is replaced; a living relay's is refused with what to do")
    func stale() throws {
        let path = self.path
        let dead = UnixSocket.make(.messages, isNonBlocking: false)
        #expect(UnixSocket.withAddress(path) { bind(dead, $0, $1) } == 0)
        close(dead)
        let living = try relay(at: path)
        let error = try #require(throws: RelayStartError.self) { _ = try relay(at: path) }
        #expect("\(error)" == "another Tandem answers at \(path); stop it, or choose another media.socket")
        withExtendedLifetime(living) {}
    }

    @Test("a file that isn't ours any more stays")
    func replaced() throws {
        let path = self.path
        var first: RelayProcess? = try relay(at: path)
        unlink(path)
        let second = try relay(at: path)
        withExtendedLifetime(first) {}
        first = nil
        var status = stat()
        #expect(stat(path, &status) == 0)
        withExtendedLifetime(second) {}
    }

    @Test("without a relay the tool says how to start one")
    func noRelay() throws {
        let path = self.path
        let error = try #require(throws: RelayConnectionError.self) { _ = try RelayConnection(path: path) }
        #expect(error.message == "no relay is running at \(path)")
    }

    @Test("descriptors for all ports are asked for")
    func descriptors() throws { #expect(try relay(at: path).descriptorsWanted >= 100) }
}
