import BuiltPlugin
import Foundation
import Glibc
import Testing

@Suite("Plugins that change under live calls")
struct HotPluginTests {
    @Test("A changed plugin file takes new calls; a call in progress ends on the generation that it began with")
    func changed() throws {
        let bench = try HotBench()
        let old = try bench.call("old")
        #expect(old.invite.build == "1")
        let log = try bench.swap(to: "adapter-build-2")
        #expect(log.contains(" generation=2 instances=acme plugin=FixtureAdapter took="), "\(log)")
        #expect(log.contains("ms version=2\n") && log.contains(" build="))
        let new = try bench.call("new")
        #expect(new.invite.build == "2")
        #expect(try bench.generations() == ["1 draining 1", "2 serving 1"])
        #expect(try bench.hangUp(old).build == "1")
        #expect(try bench.hangUp(new).build == "2")
        #expect(
            try bench.plugins().allSatisfy { plugin in
                (plugin["generations"] as? [[String: Any]] ?? []).allSatisfy { ($0["memory"] as? Int ?? 0) > 0 }
            })
    }

    @Test("The call's state is the adapter's that began with it, and other plugins keep their generation")
    func others() throws {
        let bench = try HotBench()
        try bench.swap(to: "adapter-build-2")
        #expect(try bench.generations(of: "VoiceRoutes") == ["1 serving 0"])
        let call = try bench.call("one")
        #expect(try bench.generations(of: "VoiceRoutes") == ["1 serving 1"])
        _ = try bench.hangUp(call)
        let status = try bench.command.run("status", "--json").output
        #expect(status.contains("\"plugin-swaps\" : 1") && status.contains("\"plugin-generations-retained\" : 1"))
    }

    @Test(
        "A build that fails a check keeps the one before, and log and `tandem plugins` say why",
        arguments: [
            ("crash-on-load", "crashes when asked"), ("adapter-self-test", "two and two are five"),
            ("adapter-refuse", "the fixture was told to refuse"), ("good", "holds no plugin 'FixtureAdapter' any more"),
            ("register-nothing", "registers no plugin"),
        ])
    func refused(mode: String, cause: String) throws {
        let bench = try HotBench()
        try bench.put(mode)
        let log = try bench.command.logged(until: HotBench.file)
        #expect(log.contains(" error ") && log.contains(cause), "\(log)")
        #expect(log.contains("serves-on=\"FixtureAdapter generation 1\""))
        #expect(try bench.call("one").invite.build == "1")
        let text = try bench.command.run("plugins", "--running").output
        #expect(text.contains("Refused:") && text.contains("serving"), "\(text)")
        try bench.swap(to: "adapter-build-3")
        #expect(try bench.call("two").invite.build == "3")
        #expect(try !bench.command.run("plugins", "--running").output.contains("Refused:"))
    }

    @Test("A file that is half written is refused, and taken once it is whole")
    func half() throws {
        let bench = try HotBench()
        let whole = BuiltPlugin.fixture("adapter-build-2").bytes
        try bench.put(Array(whole.prefix(whole.count / 2)))
        #expect(try bench.command.logged(until: HotBench.file).contains(" error "))
        try bench.command.write(HotBench.file, bytes: whole)
        try bench.command.logged(until: "plugin taken into use")
        #expect(try bench.call("one").invite.build == "2")
    }

    @Test("A file without its plugin's role, or with a router to a trunk that doesn't exist, is refused")
    func stray() throws {
        let bench = try HotBench(
            "good", instances: "fixed: { plugin: FixturePlugin, isolation: none, settings: { trunk: gateway } }",
            adapter: nil)
        try bench.put("router-stray")
        let log = try bench.command.logged(until: HotBench.file)
        #expect(log.contains("routes to the trunk \"elsewhere\", which does not exist"), "\(log)")
        #expect(try bench.generations(of: "FixturePlugin") == ["1 serving 0", "2 refused 0"])
    }

    @Test("A second file with the plugin's name is refused, and the first goes on")
    func duplicate() throws {
        let bench = try HotBench()
        try bench.put("adapter-build-2", as: "plugins/libOther.so")
        let log = try bench.command.logged(until: "libOther.so")
        #expect(log.contains("has a plugin 'FixtureAdapter', and so has "), "\(log)")
        #expect(try bench.call("one").invite.build == "1")
        bench.remove()
        try bench.command.logged(until: "plugin is gone")
    }

    @Test("A renamed file goes on serving with the same generation")
    func renamed() throws {
        let bench = try HotBench()
        try #require(
            rename("\(bench.command.folder)/\(HotBench.file)", "\(bench.command.folder)/plugins/libNew.so") == 0)
        #expect(try bench.command.logged(until: "plugin taken into use").contains(" generation=1 "))
        #expect(try bench.call("one").invite.build == "1")
        #expect(try bench.generations() == ["1 serving 1"])
    }

    @Test("A removed file drains: its calls end on it, new ones get 503 with 13002, and it comes back with the file")
    func removed() throws {
        let bench = try HotBench()
        let old = try bench.call("old")
        bench.remove()
        let log = try bench.command.logged(until: "plugin is gone")
        #expect(log.contains(" plugin=FixtureAdapter trunks=gateway"), "\(log)")
        bench.invite("lost")
        let refusal = try bench.caller.receive("SIP/2.0 503 ")
        #expect(refusal.contains { $0.hasPrefix("Reason: ") && $0.contains("13002") }, "\(refusal)")
        let trunks = try bench.command.run("trunks", "--json").output
        #expect(trunks.contains("the file of its plugin FixtureAdapter is gone"), "\(trunks)")
        #expect(try bench.generations() == ["1 draining 1"])
        #expect(try bench.hangUp(old).build == "1")
        try bench.swap(to: "adapter-build-2")
        #expect(try bench.call("new").invite.build == "2")
    }

    @Test("A trunk without its router gets 503, and serves again when the router's file is back")
    func router() throws {
        let bench = try HotBench()
        let link = "\(bench.command.folder)/plugins/libVoiceRoutes.so"
        let target = try FileManager.default.destinationOfSymbolicLink(atPath: link)
        bench.remove("plugins/libVoiceRoutes.so")
        try bench.command.logged(until: "plugin is gone")
        bench.invite("lost")
        _ = try bench.caller.receive("SIP/2.0 503 ")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        #expect(try bench.command.logged(until: "plugin taken into use").contains(" generation=1 "))
        #expect(try bench.call("new").invite.build == "1")
    }

    @Test("Rollback lets the generation before serve; the file counts again when it changes")
    func rollback() throws {
        let bench = try HotBench()
        try bench.swap(to: "adapter-build-2")
        let second = try bench.call("second")
        let done = try bench.command.run("plugins", "rollback", "FixtureAdapter")
        #expect(done.code == 0 && done.output.contains("FixtureAdapter generation 1"), "\(done)")
        #expect(try bench.call("first").invite.build == "1")
        #expect(try bench.generations() == ["1 serving 1", "2 rolled-back 1"])
        // Touched, it is still the same.
        try bench.put("adapter-build-2")
        try bench.command.logged(until: "the file still holds the build that was rolled back")
        #expect(try bench.hangUp(second).build == "2")
        try bench.swap(to: "adapter-build-3")
        #expect(try bench.call("third").invite.build == "3")
    }

    @Test("What was rolled back stays so after a restart and a fresh process, until the file changes")
    func lastingRollback() throws {
        let bench = try HotBench(generations: 1)
        try bench.swap(to: "adapter-build-2")
        let done = try bench.command.run("plugins", "rollback", "FixtureAdapter")
        #expect(done.code == 0 && done.output.contains("nor by a restart"), "\(done)")
        let routes = try FileManager.default.destinationOfSymbolicLink(
            atPath: "\(bench.command.folder)/plugins/libVoiceRoutes.so")
        try bench.put(Array(Data(contentsOf: URL(fileURLWithPath: routes))) + [0], as: "plugins/libVoiceRoutes.so")
        let log = try bench.command.logged(until: " ready ")
        #expect(log.contains("a fresh process takes the calls over") && log.contains("the one before serves"), "\(log)")
        let moved = try bench.call("moved")
        #expect(moved.invite.build == "1")
        _ = try bench.hangUp(moved)
        bench.command.stop()
        let start = try bench.command.start()
        #expect(start.contains("the file holds a build that was rolled back: the one before serves"), "\(start)")
        #expect(try bench.call("restarted").invite.build == "1")
        #expect(try bench.generations() == ["1 serving 1"])
        let shown = try bench.command.run("plugins", "--running").output
        #expect(shown.contains("Rolled back:") && shown.contains("serves until the file changes"), "\(shown)")
        #expect(try bench.command.run("plugins").output.contains("Rolled back:"))
        try bench.swap(to: "adapter-build-5")
        #expect(try bench.call("new").invite.build == "5")
        #expect(try !bench.command.run("plugins", "--running").output.contains("Rolled back:"))
    }

    @Test("What can't be rolled back is one sentence")
    func noRollback() throws {
        let bench = try HotBench()
        let first = try bench.command.run("plugins", "rollback", "FixtureAdapter")
        #expect(first.code == 1 && first.errors.contains("no generation of 'FixtureAdapter' has served before"))
        let unknown = try bench.command.run("plugins", "rollback", "FixtureAdaptor")
        #expect(unknown.code == 1 && unknown.errors.contains("did you mean 'FixtureAdapter'?"), "\(unknown)")
    }

    @Test("A file behind a symbolic link is taken when what it leads to changes")
    func link() throws {
        let bench = try HotBench()
        try bench.put("adapter-build-1", as: "build.so")
        bench.remove()
        symlink("\(bench.command.folder)/build.so", "\(bench.command.folder)/\(HotBench.file)")
        try bench.put("adapter-build-2", as: "build.so")
        try bench.command.logged(until: "plugin taken into use")
        #expect(try bench.call("one").invite.build == "2")
    }

    @Test("After a burst of replacements the last one serves, and calls in progress keep their own")
    func burst() throws {
        let bench = try HotBench()
        let old = try bench.call("old")
        for number in 2...50 {
            try bench.put("adapter-build-\(number)")
            usleep(useconds_t(number * 997 % 40_000))
        }
        while true {
            if try bench.command.logged(until: "plugin taken into use").contains(" version=50\n") { break }
        }
        #expect(try bench.call("new").invite.build == "50")
        #expect(try bench.hangUp(old).build == "1")
    }

    @Test("An observer hears of a call's beginning and end in one generation, and of no call twice")
    func observer() throws {
        let bench = try HotBench(
            "observer-1",
            instances: "records: { plugin: FixtureObserver, isolation: none, settings: { lines: records } }",
            adapter: nil)
        let old = try bench.call("old")
        try bench.swap(to: "observer-2")
        let new = try bench.call("new")
        #expect(try bench.generations(of: "FixtureObserver") == ["1 draining 1", "2 serving 1"])
        _ = try bench.hangUp(old)
        _ = try bench.hangUp(new)
        bench.command.stop()
        let lines = try String(contentsOfFile: "\(bench.command.folder)/records", encoding: .utf8)
        let words = lines.split(separator: "\n").map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
        #expect(words == ["1 began", "2 began", "1 ended", "2 ended"])
    }

    @Test("Past plugins.generations a fresh process takes the calls up from the journal, and no answered call is lost")
    func succession() throws {
        let bench = try HotBench(generations: 1)
        let process = try bench.signalling()
        let call = try bench.call("one")
        try bench.swap(to: "adapter-build-2")
        try bench.swap(to: "adapter-build-3")
        let log = try bench.command.logged(until: " ready ")
        #expect(log.contains("a fresh process takes the calls over"), "\(log)")
        #expect(try bench.signalling() == process)
        #expect(try bench.generations() == ["1 serving 1"])
        #expect(try bench.hangUp(call).build == "3")
        #expect(try bench.call("two").invite.build == "3")
        let status = try bench.command.run("status", "--json").output
        #expect(status.contains("\"calls-restored\" : 1") && status.contains("\"calls-lost\" : 0"), "\(status)")
        #expect(bench.command.stop() == 0)
    }

    @Test("The move to a fresh process waits for a call that rings, which is answered and goes on there")
    func patience() throws {
        let bench = try HotBench(generations: 0)
        bench.invite("ringing")
        let invite = try bench.gateway.receive("INVITE ")
        // Older than what machines need.
        usleep(600_000)
        try bench.swap(to: "adapter-build-2")
        try bench.command.logged(until: "a fresh process takes the calls over")
        let call = try bench.answer(invite, "ringing")
        #expect(try bench.command.logged(until: " ready ").contains("calls-in-set-up=0"))
        #expect(try bench.hangUp(call).build == "2")
        let status = try bench.command.run("status", "--json").output
        #expect(status.contains("\"calls-restored\" : 1") && status.contains("\"calls-lost\" : 0"), "\(status)")
    }

    @Test("A supervised process becomes a fresh one without its supervisor's doing, and the relay isn't touched")
    func supervised() throws {
        let bench = try HotBench(
            generations: 0,
            more:
                "media: { interfaces: { lo: { address: 127.0.0.1 } }, ports: 20000-20999, socket: relay.sock, threads: 1 }"
        )
        let call = try bench.call("one")
        try bench.swap(to: "adapter-build-2")
        let log = try bench.command.logged(until: " ready ")
        #expect(log.contains("a fresh process takes the calls over") && !log.contains("started again"), "\(log)")
        #expect(try bench.hangUp(call).build == "2")
        #expect(bench.command.stop() == 0)
    }

    @Test("No fresh process is begun when it would read another configuration file; the log says so")
    func obstacle() throws {
        let bench = try HotBench(generations: 1)
        let file = "\(bench.command.folder)/tandem.yaml"
        try bench.command.write("tandem.yaml", "# changed\n" + String(contentsOfFile: file, encoding: .utf8))
        try bench.swap(to: "adapter-build-2")
        try bench.swap(to: "adapter-build-3")
        let log = try bench.command.logged(until: "no-fresh-process-because")
        #expect(log.contains("tandem.yaml has changed since it was read"), "\(log)")
        #expect(try bench.generations() == ["1 retained 0", "2 retained 0", "3 serving 0"])
    }
}
