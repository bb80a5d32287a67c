import Foundation
import MediaRelay
import RelayControl
import RelayEngine
import Sockets
import Synchronization
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

    /// What a relay has reported.
    private final class Notices: Sendable {
        private let list = Mutex<[RelayNotice]>([])

        var all: [RelayNotice] { list.withLock { $0 } }

        func add(_ notice: RelayNotice) { list.withLock { $0.append(notice) } }

        /// Waits for the first.
        func first() -> RelayNotice? {
            let deadline = Date(timeIntervalSinceNow: 10)
            while all.isEmpty, Date() < deadline { usleep(1_000) }
            return all.first
        }
    }

    private func running(_ notices: Notices, at path: String) throws -> RunningRelay {
        var settings = RelaySettings()
        settings.report = { notices.add($0) }
        return try RunningRelay(path: path, settings: settings)
    }

    @Test("a socket's file that is removed is made anew, which is told once; connections that are up stay")
    func removed() throws {
        let (path, notices) = (self.path, Notices())
        let relay = try running(notices, at: path)
        let connection = try relay.connect()
        unlink(path)
        #expect(notices.first() == .socketRestored(path: path))
        _ = try connection.offer(try Phone(RunningRelay.address), in: "one")
        #expect(try relay.status().sessions == 1)
        #expect(notices.all.count == 1)
        relay.stop()
        var status = stat()
        #expect(stat(path, &status) != 0)
    }

    @Test("another relay's socket in the place of ours is left alone, and told once")
    func taken() throws {
        let (path, notices) = (self.path, Notices())
        let relay = try running(notices, at: path)
        let other = try UnixListener(path: path + ".other", kind: .messages)
        #expect(rename(other.path, path) == 0)
        let notice = try #require(notices.first())
        #expect(
            "\(notice)" == "the file of the relay's socket is gone, and another Tandem answers at \(path); "
                + "stop it, or choose another media.socket")
        let connection = UnixSocket.make(.messages, isNonBlocking: false)
        defer { close(connection) }
        #expect(UnixSocket.withAddress(path) { connect(connection, $0, $1) } == 0)
        var taken = 0
        while case let descriptor = other.accept(), descriptor >= 0 {
            taken += 1
            close(descriptor)
        }
        // The relay's own question whether anybody lives there, and ours.
        #expect(taken >= 2 && notices.all.count == 1)
        relay.stop()
        unlink(path)
    }

    @Test("an interface whose address the host hasn't is told before anything runs")
    func strangeAddress() throws {
        let address = IPAddress(ipv4: 0xC000_024D)
        let interface = MediaInterface(name: "wan", address: address, ports: 29_100...29_199)
        let path = self.path
        let error = try #require(throws: RelayStartError.self) {
            _ = try RelayProcess(interfaces: [interface], ng: nil, socket: path, threads: 1)
        }
        #expect("\(error)".hasPrefix("interface `wan`: the address 192.0.2.77 is not on this host; choose one"))
        #expect(access(path, F_OK) != 0)
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
