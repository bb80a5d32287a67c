import Admin
import Foundation
import Glibc
import Testing

@Suite("Control socket")
struct AdminServerTests {
    @Test("A request gets its answer; an unknown call a sentence and a remedy")
    func asks() throws {
        let socket = TemporarySocket()
        let server = try AdminServer(path: socket.path, service: EchoService())
        defer { server.stop() }
        let client = AdminClient(path: socket.path)
        #expect(try client.ask(.version) == .version(VersionReport(tandem: "0.1", kit: "0.1", swift: "6.3")))
        #expect(try client.ask(.logLevel("debug")) == .done("debug"))
        #expect(throws: AdminFailure("no call 9-9", remedy: "see tandem calls")) {
            try client.ask(.hangup(call: "9-9"))
        }
    }

    @Test("The socket file is its owner's alone and goes away with the server")
    func socketFile() throws {
        let socket = TemporarySocket()
        let server = try AdminServer(path: socket.path, service: EchoService())
        var status = stat()
        #expect(stat(socket.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        server.stop()
        #expect(stat(socket.path, &status) != 0)
    }

    @Test("A socket file that a dead daemon left is replaced; a living daemon's is not, nor a plain file")
    func stale() throws {
        let socket = TemporarySocket()
        socket.leaveStaleFile()
        let server = try AdminServer(path: socket.path, service: EchoService())
        defer { server.stop() }
        let second = try #require(throws: AdminFailure.self) {
            try AdminServer(path: socket.path, service: EchoService())
        }
        #expect(second.message == "another Tandem answers at \(socket.path)")
        let plain = TemporarySocket()
        try Data("x".utf8).write(to: URL(fileURLWithPath: plain.path))
        let third = try #require(throws: AdminFailure.self) {
            try AdminServer(path: plain.path, service: EchoService())
        }
        #expect(third.message == "\(plain.path) is there and is no socket")
    }

    @Test("A path longer than a Unix socket can have, and a missing folder, are one sentence")
    func badPaths() throws {
        let long = "/tmp/" + String(repeating: "x", count: 120)
        let failure = try #require(throws: AdminFailure.self) { try AdminServer(path: long, service: EchoService()) }
        #expect(failure.message.hasSuffix("is longer than 107 bytes"))
        let missing = try #require(throws: AdminFailure.self) {
            try AdminServer(path: "/tmp/tandem-no-such-folder/s", service: EchoService())
        }
        #expect(missing.remedy == "make the folder first, or choose another signalling.control-socket")
    }

    @Test("Without a daemon the client says so and how to start one")
    func noDaemon() throws {
        let socket = TemporarySocket()
        let failure = try #require(throws: AdminFailure.self) { try AdminClient(path: socket.path).ask(.calls) }
        #expect(failure.message == "no Tandem is running at \(socket.path)")
    }

    @Test("A connection beyond the bound is told and closed; the others are served")
    func tooManyClients() throws {
        let socket = TemporarySocket()
        let server = try AdminServer(path: socket.path, limits: AdminLimits(clients: 2), service: EchoService())
        defer { server.stop() }
        let held = try [RawClient(socket.path), RawClient(socket.path)]
        for client in held { try client.exchange("{\"request\":\"version\"}\n") }
        let failure = try #require(throws: AdminFailure.self) { try AdminClient(path: socket.path).ask(.version) }
        #expect(failure.message == "2 connections are open already")
        #expect(try held[0].exchange("{\"request\":\"version\"}\n").contains("\"version\""))
    }

    @Test("A request beyond the bound is refused and the connection closed")
    func tooLong() throws {
        let socket = TemporarySocket()
        let server = try AdminServer(path: socket.path, service: EchoService())
        defer { server.stop() }
        let answer = try RawClient(socket.path).exchange(String(repeating: "x", count: 20_000))
        #expect(answer.contains("the request is longer than 16384 bytes"))
    }

    @Test("An idle connection is closed after its time")
    func idle() throws {
        let socket = TemporarySocket()
        let server = try AdminServer(
            path: socket.path, limits: AdminLimits(idleMilliseconds: 50), service: EchoService())
        defer { server.stop() }
        #expect(try RawClient(socket.path).exchange("{\"request\"") == "")  // end of stream
    }

    @Test("Pipelined requests are answered in order, one at a time")
    func pipelined() throws {
        let socket = TemporarySocket()
        let server = try AdminServer(path: socket.path, service: EchoService())
        defer { server.stop() }
        let requests = (0..<200).map { "{\"request\":\"log\",\"level\":\"\($0)\"}\n" }.joined()
        let answers = try RawClient(socket.path).exchange(requests, lines: 200)
        #expect(answers == (0..<200).map { "{\"done\":\"\($0)\"}\n" }.joined())
    }

    @Test("Any byte string leaves the socket serving", arguments: 0..<8)
    func fuzz(seed: UInt64) throws {
        let socket = TemporarySocket()
        let server = try AdminServer(path: socket.path, service: EchoService())
        defer { server.stop() }
        var random = SplitMix(state: seed)
        let seeds = [
            "{\"request\":\"hangup\",\"call\":\"0-1\"}\n", "{\"request\":\"trace\",\"target\":\"uc\"}\n", "[[[[\n",
            "{\"\\ud800\n",
        ]
        for _ in 0..<60 {
            var bytes = Array(seeds.randomElement(using: &random)!.utf8)
            for _ in 0..<Int.random(in: 0...8, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) {
                bytes += (0..<300).map { _ in UInt8.random(in: 0...255, using: &random) }
            }
            try RawClient(socket.path).send(bytes)
        }
        #expect(try AdminClient(path: socket.path).ask(.drain(true)) == .done("true"))
    }

    @Test(
        "Requests of every kind survive coding",
        arguments: [
            AdminRequest.version, .status, .plugins, .trunks, .calls, .hangup(call: "0-1"), .trace(target: "uc"),
            .logLevel("info"), .drain(false),
        ])
    func coding(request: AdminRequest) throws {
        #expect(try JSONDecoder().decode(AdminRequest.self, from: JSONEncoder().encode(request)) == request)
    }
}

/// Answers without a daemon behind it.
struct EchoService: AdminService {
    func answer(_ request: AdminRequest) -> AdminAnswer {
        switch request {
        case .version: .version(VersionReport(tandem: "0.1", kit: "0.1", swift: "6.3"))
        case .hangup(let call): .failed(AdminFailure("no call \(call)", remedy: "see tandem calls"))
        case .logLevel(let level): .done(level)
        case .drain(let enabled): .done("\(enabled)")
        default: .done("")
        }
    }
}

/// Repeatable random numbers.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
