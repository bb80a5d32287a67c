import Foundation
import Glibc
import Testing

@Suite("Signalling and relay as processes")
struct SupervisionCommandTests {
    private static func configuration(port: UInt16, socket: String = "relay.sock", more: String = "") -> String {
        """
        signalling: { control-socket: t.sock, shards: 1 }
        listeners: { uc: { transport: udp, address: 127.0.0.1, port: \(port) } }
        media: { interfaces: { lo: { address: 127.0.0.1 } }, ports: 21000-21999, socket: \(socket), threads: 1 }
        trunks: { uc: { listener: uc, peer: "127.0.0.1:9", sources: [127.0.0.1/32], options-interval: off } }
        \(more)
        """
    }

    /// The number behind `process=` in a line of the log that has this text.
    private func process(_ text: String, in log: String) throws -> pid_t {
        let line = try #require(log.split(separator: "\n").last { $0.contains(text) })
        return try #require(pid_t(line.split(separator: "=").last ?? ""))
    }

    private func isAlive(_ process: pid_t) -> Bool { kill(process, 0) == 0 }

    /// Whether a process takes connections at a Unix socket for messages.
    private func isServed(_ path: String) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    /// Whether the daemon answers an OPTIONS.
    private func answers(_ port: UInt16, _ branch: String) throws -> Bool {
        let peer = try SIPSocket()
        peer.send(
            [
                "OPTIONS sip:127.0.0.1:\(port) SIP/2.0",
                "Via: SIP/2.0/UDP 127.0.0.1:\(peer.port);branch=z9hG4bK-\(branch)", "Max-Forwards: 70",
                "From: <sip:a@127.0.0.1>;tag=1", "To: <sip:127.0.0.1>", "Call-ID: \(branch)", "CSeq: 1 OPTIONS",
            ], to: port)
        return try peer.receive("SIP/2.0 ").first?.contains(" 200 ") ?? false
    }

    @Test("Signalling that is killed comes back and serves, and the relay isn't touched")
    func signallingDies() throws {
        let port = try Command.freePort()
        let command = try Command(Self.configuration(port: port))
        let log = try command.start() + command.logged(until: "every process serves")
        let (relay, signalling) = (
            try process("relay started", in: log), try process("signalling started", in: log)
        )
        #expect(try answers(port, "before"))
        kill(signalling, SIGKILL)
        let news = try command.logged(until: " ready ")
        #expect(news.contains("signalling has ended and is started again after=20ms ended=SIGKILL\n"))
        #expect(try process("signalling started", in: news) != signalling && !news.contains("relay"))
        #expect(try answers(port, "after"))
        #expect(isAlive(relay) && isServed(command.folder + "/relay.sock"))
        #expect(command.stop() == 0)
    }

    @Test("A relay that is killed comes back, and signalling isn't touched")
    func relayDies() throws {
        let port = try Command.freePort()
        let command = try Command(Self.configuration(port: port))
        let log = try command.start() + command.logged(until: "every process serves")
        let (relay, signalling) = (
            try process("relay started", in: log), try process("signalling started", in: log)
        )
        kill(relay, SIGKILL)
        let news = try command.logged(until: " relaying ")
        #expect(news.contains("relay has ended and is started again after=20ms ended=SIGKILL\n"))
        #expect(isServed(command.folder + "/relay.sock") && isAlive(signalling))
        #expect(!news.contains("signalling started"))
        #expect(try answers(port, "still"))
        #expect(command.stop() == 0)
    }

    @Test("The file of the relay's socket, when somebody removes it, is made anew, with a line in the log")
    func removedSocket() throws {
        let command = try Command(Self.configuration(port: try Command.freePort()))
        try command.start()
        let path = command.folder + "/relay.sock"
        #expect(isServed(path) && unlink(path) == 0 && !isServed(path))
        #expect(try command.logged(until: "relay.sock was gone; it has been made anew").contains(" warning "))
        #expect(isServed(path))
        #expect(command.stop() == 0)
    }

    @Test("SIGTERM ends signalling, then the relay, and leaves nothing behind", arguments: [SIGTERM, SIGINT])
    func stop(signal: Int32) throws {
        let command = try Command(Self.configuration(port: try Command.freePort()))
        let log = try command.start() + command.logged(until: "every process serves")
        kill(command.processIdentifier, signal)
        let rest = command.rest()
        #expect(command.stop() == 0)
        let (stopped, relay) = (try #require(rest.range(of: " stopped\n")), try #require(rest.range(of: "relay stop")))
        #expect(stopped.lowerBound < relay.lowerBound, "\(rest)")
        for role in ["relay", "signalling"] { #expect(!isAlive(try process("\(role) started", in: log))) }
        let files = try FileManager.default.contentsOfDirectory(atPath: command.folder)
        #expect(!files.contains { $0.hasSuffix(".sock") }, "\(files)")
    }

    @Test("SIGHUP ends nothing, neither the supervisor nor one of its processes")
    func hangUp() throws {
        let port = try Command.freePort()
        let command = try Command(Self.configuration(port: port))
        let log = try command.start() + command.logged(until: "every process serves")
        let children = try ["relay started", "signalling started"].map { try process($0, in: log) }
        let news = ["nothing has changed", "SIGHUP changes nothing here", "nothing has changed"]
        for (process, sentence) in zip([command.processIdentifier] + children, news) {
            kill(process, SIGHUP)
            #expect(try command.logged(until: sentence).contains(" notice "))
        }
        #expect(try answers(port, "after") && children.allSatisfy(isAlive))
        #expect(isServed(command.folder + "/relay.sock"))
        #expect(command.stop() == 0)
    }

    @Test("When the supervisor is killed, both processes end")
    func supervisorDies() throws {
        let command = try Command(Self.configuration(port: try Command.freePort()))
        try command.start()
        kill(command.processIdentifier, SIGKILL)
        // The log ends when the last process that holds it has ended.
        let rest = command.rest()
        #expect(rest.contains("relay stopping signal=SIGTERM") && rest.contains(" stopped\n"))
    }

    @Test("An error of the configuration is told once and exits 2, before anything is started")
    func configurationError() throws {
        let instance = "plugins: { instances: { routes: { plugin: VoiceRoutes, settings: { route: 1 } } } }"
        let command = try Command(Self.configuration(port: try Command.freePort(), more: instance))
        let result = try command.run("run")
        let lines = result.errors.split(separator: "\n")
        #expect(result.code == 2 && !lines.isEmpty && Set(lines).count == lines.count, "\(result)")
        #expect(lines.allSatisfy { $0.hasPrefix("tandem.yaml:") }, "\(result)")
    }

    @Test("What can't start says why in a sentence, and the whole exits 1")
    func failure() throws {
        let port = try Command.freePort()
        let relay = try Command(Self.configuration(port: port, socket: "none/relay.sock"))
        let first = try relay.run("run")
        #expect(first.code == 1 && first.errors.contains("none/relay.sock"), "\(first)")
        #expect(!first.errors.contains("signalling started"))

        let taken = try SIPSocket()
        let signalling = try Command(Self.configuration(port: taken.port))
        let second = try signalling.run("run")
        let complaints = second.errors.split(separator: "\n").filter { $0.hasPrefix("tandem: ") }
        #expect(second.code == 1 && complaints.count == 1 && complaints[0].contains("listener uc"), "\(second)")
        #expect(second.errors.contains("relay stopping"))
    }

    @Test("The service manager hears from the supervisor alone: once that both serve, and that they stop")
    func notification() throws {
        let command = try Command(Self.configuration(port: try Command.freePort()))
        let manager = try NotifySocket(path: command.folder + "/notify")
        try command.start(["NOTIFY_SOCKET": command.folder + "/notify"])
        var heard = ""
        while !heard.contains("READY=1\n") { heard += try manager.receive() }
        #expect(heard.contains("STATUS=relay: lo; signalling: 1 trunks, 1 shards\n"), "\(heard)")
        #expect(command.stop() == 0)
        while !heard.contains("STOPPING=1\n") { heard += try manager.receive() }
        #expect(heard.components(separatedBy: "READY=1\n").count == 2)
    }

    @Test("Without a media section there is signalling alone, and it comes back when it is killed")
    func single() throws {
        let port = try Command.freePort()
        let command = try Command(
            """
            signalling: { control-socket: t.sock, shards: 1 }
            listeners: { uc: { transport: udp, address: 127.0.0.1, port: \(port) } }
            trunks: { uc: { listener: uc, peer: "127.0.0.1:9", options-interval: off } }
            """)
        let log = try command.start() + command.logged(until: "every process serves")
        #expect(log.contains("info media pass between the parties") && !log.contains("relay started"))
        kill(command.processIdentifier, SIGHUP)
        try command.logged(until: "nothing has changed")
        kill(try process("signalling started", in: log), SIGKILL)
        try command.logged(until: " ready ")
        #expect(try answers(port, "after"))
        #expect(command.stop() == 0)
    }
}
