import BuiltPlugin
import Foundation
import Glibc
import Testing

@Suite("Plugins in processes of their own")
struct IsolatedPluginTests {
    private static let instances = "acme: { plugin: FixtureAdapter }"

    private func process(_ bench: HotBench) throws -> [String: Any] {
        let plugin = try #require(try bench.plugins().first { $0["name"] as? String == "FixtureAdapter" })
        return try #require((plugin["processes"] as? [[String: Any]])?.last, "\(plugin)")
    }

    @Test("A plugin that doesn't ship with Tandem runs in a process of its own, and none of its code in the daemon")
    func isolated() throws {
        let bench = try HotBench(instances: Self.instances)
        let call = try bench.call("one")
        #expect(call.invite.build == "1")
        let process = try process(bench)
        #expect(process["instance"] as? String == "acme" && process["process"] is Int)
        let maps = BuiltPlugin.contents(of: "/proc/\(try bench.signalling())/maps")
        #expect(!String(decoding: maps, as: UTF8.self).contains("libFixture"))
        #expect(try bench.hangUp(call).build == "1")
        #expect(try bench.command.run("plugins", "--running").output.contains("serving"))
    }

    @Test("A changed file gets a process of its own; the call in progress keeps the one that it began with")
    func changed() throws {
        let bench = try HotBench(instances: Self.instances)
        let old = try bench.call("old")
        try bench.swap(to: "adapter-build-2")
        let new = try bench.call("new")
        #expect(new.invite.build == "2")
        #expect(try bench.hangUp(old).build == "1")
        #expect(try bench.hangUp(new).build == "2")
    }

    @Test("The process of a generation ends with the last call that began with it")
    func ended() throws {
        let bench = try HotBench(instances: Self.instances)
        func generations() throws -> [Int] {
            let plugin = try #require(try bench.plugins().first { $0["name"] as? String == "FixtureAdapter" })
            return try #require(plugin["processes"] as? [[String: Any]]).compactMap { $0["generation"] as? Int }
        }
        let old = try bench.call("old")
        for build in 2...4 { try bench.swap(to: "adapter-build-\(build)") }
        #expect(try generations() == [1, 4])
        #expect(try bench.hangUp(old).build == "1")
        var left = try generations()
        for _ in 0..<50 where left.count > 1 {
            usleep(100_000)
            left = try generations()
        }
        #expect(left == [4])
    }

    @Test("A trap in a hook loses no call: the message goes on as it was, and the plugin is named in log and table")
    func trap() throws {
        let bench = try HotBench("adapter-crash", instances: Self.instances)
        let call = try bench.call("one")
        let before = try process(bench)["process"] as? Int
        #expect(try bench.request("INFO", in: call, cseq: 2).first?.hasPrefix("INFO ") == true)
        let log = try bench.command.logged(until: "the process of a plugin serves")
        #expect(log.contains("a plugin's process has failed") && log.contains("instance=acme"), "\(log)")
        let after = try process(bench)
        #expect((after["fallbacks"] as? Int ?? 0) > 0 && after["process"] as? Int != before)
        let story = try bench.command.run("trace", "gateway", "--json").output
        #expect(story.contains("passed by") && story.contains("did not answer egress(request) of INFO"), "\(story)")
        _ = try bench.request("OPTIONS", in: call, cseq: 3)
        _ = try bench.hangUp(call)
    }

    @Test("What has ended too often is left alone, and comes back when an operator asks; calls go on all the while")
    func revived() throws {
        let bench = try HotBench("adapter-crash", instances: Self.instances)
        #expect(try bench.command.run("plugins", "revive", "acme").errors.contains("was left alone"))
        let call = try bench.call("one")
        for cseq in 2...7 {
            _ = try bench.request("INFO", in: call, cseq: cseq)
            let log = try bench.command.logged(until: "a plugin's process has failed")
            if cseq < 7 { _ = try bench.command.logged(until: "the process of a plugin serves") }
            #expect(log.contains("too often") == (cseq == 7), "\(log)")
        }
        #expect(try process(bench)["isQuarantined"] as? Bool == true)
        _ = try bench.request("OPTIONS", in: call, cseq: 8)
        #expect(try bench.command.run("plugins", "revive", "acme").code == 0)
        _ = try bench.command.logged(until: "the process of a plugin serves")
        _ = try bench.hangUp(call)
    }

    @Test("Settings that the plugin refuses are told with their line, as those of any plugin")
    func settings() throws {
        let bench = try HotBench(instances: Self.instances)
        let file = bench.command.folder + "/tandem.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try bench.command.write(
            "tandem.yaml",
            text.replacing(Self.instances, with: "acme: { plugin: FixtureAdapter, settings: { colour: red } }"))
        let result = try bench.command.run("check")
        #expect(result.code == 2 && result.errors.contains("colour"), "\(result)")
    }
}
