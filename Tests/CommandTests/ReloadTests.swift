import Foundation
import Testing

@Suite("A configuration file that is read anew")
struct ReloadTests {
    /// Replaces a text of the bench's file.
    private func change(_ bench: HotBench, _ old: String, to new: String) throws {
        let file = "\(bench.command.folder)/tandem.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try #require(text.contains(old))
        try bench.command.write("tandem.yaml", text.replacingOccurrences(of: old, with: new))
    }

    @Test("F08: a reload takes changed instances and trunks into use for new calls; a call that is up goes on")
    func inPlace() throws {
        let bench = try HotBench()
        let process = try bench.signalling()
        let old = try bench.call("old")
        try change(bench, "adapter: acme", to: "max-call-duration: 2h")
        let done = try bench.command.run("reload")
        #expect(done.code == 0, "\(done)")
        #expect(done.output == "trunk gateway changed: adapter, max-call-duration\n", "\(done)")
        #expect(try bench.call("new").invite.build == nil)
        #expect(try bench.hangUp(old).build == "1")
        #expect(try bench.command.run("reload").output == "nothing has changed\n")
        #expect(try bench.signalling() == process)
        let status = try bench.command.run("status", "--json").output
        #expect(status.contains("\"calls-restored\" : 0"), "\(status)")
    }

    @Test("F08: a trunk that is added comes with a fresh process, and the calls go on there")
    func byMove() throws {
        let bench = try HotBench()
        let call = try bench.call("one")
        let file = "\(bench.command.folder)/tandem.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try bench.command.write(
            "tandem.yaml",
            text + "\n  third: { listener: pstn, peer: \"127.0.0.7:5060\", options-interval: off }\n")
        let done = try bench.command.run("reload")
        #expect(done.output == "trunk third added; a fresh process takes the calls over\n", "\(done)")
        try bench.command.logged(until: " ready ")
        #expect(try bench.hangUp(call).build == "1")
        #expect(try bench.command.run("trunks").output.contains("third"))
        try bench.command.write("tandem.yaml", text)
        #expect(try bench.command.run("reload").output.contains("trunk third removed"))
        try bench.command.logged(until: " ready ")
        #expect(try bench.call("two").invite.build == "1")
    }

    @Test("An error keeps all as it is, and is told to who asked and in the log; so is what needs a restart")
    func refused() throws {
        let bench = try HotBench()
        try change(bench, "adapter: acme", to: "adapter: acne")
        let wrong = try bench.command.run("reload")
        #expect(wrong.code == 1 && wrong.errors.contains("did you mean"), "\(wrong)")
        #expect(try bench.command.logged(until: "was not taken into use").contains(" error "))
        #expect(try bench.call("one").invite.build == "1")
        try change(bench, "adapter: acne", to: "adapter: acme")
        try change(bench, "folder: plugins", to: "folder: elsewhere")
        let restart = try bench.command.run("reload")
        #expect(restart.code == 1 && restart.errors.contains("that needs a restart"), "\(restart)")
    }

    @Test("SIGHUP to `tandem run` has the file read, too, and none ends it however early it comes")
    func signal() throws {
        let bench = try HotBench()
        try change(bench, "adapter: acme", to: "max-call-duration: 2h")
        kill(bench.command.processIdentifier, SIGHUP)
        let log = try bench.command.logged(until: "the configuration file was read")
        #expect(log.contains("trunk gateway changed: adapter, max-call-duration"), "\(log)")
        #expect(try bench.call("new").invite.build == nil)
    }
}
