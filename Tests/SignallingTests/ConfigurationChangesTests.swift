import Configuration
import Foundation
import Testing

@testable import Signalling

@Suite("What differs between two configurations")
struct ConfigurationChangesTests {
    private static let text = """
        signalling: { control-socket: /tmp/tandem-test.sock }
        listeners:
          uc:   { transport: udp, address: 127.0.0.1, port: 5060 }
          pstn: { transport: udp, address: 127.0.0.1, port: 5070 }
        trunks:
          one: { listener: uc, peer: "192.0.2.1:5060" }
          two: { listener: pstn, peer: "192.0.2.2:5060" }
        log: { level: info }

        """

    private func configuration(_ text: String) throws -> TandemConfiguration {
        let file = NSTemporaryDirectory() + "tandem-\(UUID().uuidString.prefix(13)).yaml"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        defer { unlink(file) }
        return try ConfigurationFile.load(file)
    }

    private func changes(_ old: String, _ new: String) throws -> ConfigurationChanges {
        try ConfigurationChanges(
            from: configuration(Self.text),
            to: configuration(Self.text.replacingOccurrences(of: old, with: new)))
    }

    @Test("What listener and trunk show over TLS, and ask for, changes in place")
    func tls() throws {
        let text = """
            listeners: { l: { transport: tls, address: 127.0.0.1, tls: { certificate: a.pem } } }
            trunks: { t: { listener: l, peer: gw.example.net, tls: { authorities: b.pem } } }
            """
        let new = text.replacingOccurrences(of: "a.pem", with: "c.pem").replacingOccurrences(of: "b.pem", with: "d.pem")
        let found = try ConfigurationChanges(from: configuration(text), to: configuration(new))
        #expect(found.inPlace == ["listener l changed: tls", "trunk t changed: tls"])
        #expect(found.byMove.isEmpty && found.byRestart.isEmpty && found.abandonedTrunks.isEmpty)
    }

    @Test("Lines that move and comments are no changes")
    func nothing() throws { #expect(try changes("trunks:", "# new\n\ntrunks:").isEmpty) }

    @Test(
        "What calls don't hang on is changed in place",
        arguments: [
            ("level: info", "level: debug", "log.level: info, now debug"),
            ("test.sock", "test.sock, max-calls: 7", "signalling: max-calls changed"),
            ("2.1:5060\"", "2.1:5060\", max-ring-time: 9s", "trunk one changed: max-ring-time"),
        ])
    func inPlace(old: String, new: String, told: String) throws {
        let changes = try changes(old, new)
        #expect(changes.inPlace == [told] && changes.byMove.isEmpty && changes.byRestart.isEmpty)
    }

    @Test(
        "What the process is built on is changed by a fresh one",
        arguments: [
            ("test.sock", "test.sock, shards: 7", "signalling: shards changed"),
            ("2.1:5060\"", "2.3:5060\"", "trunk one changed: peer"),
            ("log:", "  three: { listener: uc, peer: \"192.0.2.3:5060\" }\nlog:", "trunk three added"),
        ])
    func byMove(old: String, new: String, told: String) throws {
        let changes = try changes(old, new)
        #expect(changes.byMove == [told] && changes.inPlace.isEmpty && changes.abandonedTrunks.isEmpty)
    }

    @Test("A trunk that goes away, or to another place of ours, is abandoned; the control socket needs a restart")
    func abandoned() throws {
        #expect(try changes("  two: { listener: pstn, peer: \"192.0.2.2:5060\" }\n", "").abandonedTrunks == ["two"])
        #expect(try changes("port: 5070", "port: 5080").abandonedTrunks == ["two"])
        #expect(try changes("test.sock", "other.sock").byRestart.contains("signalling: control-socket changed"))
    }
}
