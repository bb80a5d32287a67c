import Foundation
import Glibc
import Testing

@Suite("Plugins that mean harm")
struct HostilePluginTests {
    private static let isolated = "acme: { plugin: FixtureAdapter }"

    /// Whether no process of the group is left after a moment.
    private func hasEnded(_ group: pid_t) -> Bool {
        for _ in 0..<500 where kill(-group, 0) == 0 { usleep(10_000) }
        return kill(-group, 0) != 0
    }

    private func process(_ bench: HotBench) throws -> pid_t {
        let plugin = try #require(try bench.plugins().first { $0["name"] as? String == "FixtureAdapter" })
        let process = try #require((plugin["processes"] as? [[String: Any]])?.last, "\(plugin)")
        return pid_t(try #require(process["process"] as? Int, "\(process)"))
    }

    @Test(
        "Threads, processes, a stack without end and naps in a plugin's process cost no call, and nothing is left of them",
        arguments: ["threads", "breed", "sink", "doze"])
    func excess(what: String) throws {
        let bench = try HotBench("adapter-hostile-\(what)", instances: Self.isolated)
        let call = try bench.call("one")
        let group = try process(bench)
        for cseq in 2...4 {
            #expect(try bench.request("INFO", in: call, cseq: cseq).first?.hasPrefix("INFO ") == true)
        }
        _ = try bench.hangUp(try bench.call("two"))
        _ = try bench.hangUp(call)
        bench.command.stop()
        #expect(hasEnded(group))
    }

    @Test("A stack without end in the daemon is one crash, and the build's")
    func overflow() throws {
        let bench = try HotBench("adapter-hostile-sink")
        try bench.command.logged(until: "every process serves")
        let call = try bench.call("one")
        bench.send("INFO", in: call, cseq: 2)
        let log = try bench.command.logged(until: " ready ")
        #expect(log.contains("brought the daemon down") && log.contains("plugin=FixtureAdapter"), "\(log)")
        _ = try bench.hangUp(call)
    }

    @Test(
        "A build whose initializer crashes leaves the one before in service, also when signalling is started again",
        arguments: [HostilePluginTests.isolated, "acme: { plugin: FixtureAdapter, isolation: none }"])
    func initializer(instance: String) throws {
        let bench = try HotBench(instances: instance)
        try bench.command.logged(until: "every process serves")
        let call = try bench.call("one")
        try bench.put("adapter-crash-at-start")
        if instance == Self.isolated {
            try bench.command.logged(until: "its process does not start")
            kill(try bench.signalling(), SIGKILL)
        }
        let log = try bench.command.logged(until: " ready ")
        #expect(log.contains("the builds that served last serve on"), "\(log)")
        let other = try bench.call("two")
        #expect(other.invite.build == "1")
        _ = try bench.hangUp(other)
        _ = try bench.hangUp(call)
        try bench.swap(to: "adapter-build-2")
        #expect(try bench.call("three").invite.build == "2")
    }

    @Test("A file that is refused leaves its build in service, also when signalling is started again")
    func spoiled() throws {
        let bench = try HotBench()
        try bench.command.logged(until: "every process serves")
        try bench.put(Array("no plugin".utf8))
        try bench.command.logged(until: "serves-on")
        kill(try bench.signalling(), SIGKILL)
        try bench.command.logged(until: " ready ")
        let call = try bench.call("one")
        #expect(call.invite.build == "1")
        _ = try bench.hangUp(call)
    }

    @Test("Rollback, revive and reload in a tight loop while files change cost no call and no process")
    func commands() throws {
        let bench = try HotBench(instances: Self.isolated, generations: 200)
        let call = try bench.call("one")
        let before = try bench.signalling()
        nonisolated(unsafe) let command = bench.command
        let threads = [["plugins", "rollback", "FixtureAdapter"], ["plugins", "revive", "acme"], ["reload"]].map {
            words in
            let thread = Thread { for _ in 0..<10 { _ = try? command.run(words) } }
            thread.start()
            return thread
        }
        for number in 2..<12 {
            try bench.put("adapter-build-\(number)")
            usleep(100_000)
        }
        for thread in threads { while !thread.isFinished { usleep(10_000) } }
        try bench.put("adapter-build-99")
        try bench.command.logged(until: "version=99")
        let other = try bench.call("two")
        #expect(other.invite.build == "99")
        #expect(try bench.signalling() == before)
        _ = try bench.hangUp(other)
        #expect(try bench.hangUp(call).build == "1")
    }

    @Test("A limit for the size of files ends no process: what can't be written is said, and calls go on")
    func fileSize() throws {
        let bench = try HotBench()
        let before = try bench.signalling()
        let prlimit = Process()
        prlimit.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        prlimit.arguments = ["prlimit", "--pid", "\(before)", "--fsize=1"]
        try prlimit.run()
        prlimit.waitUntilExit()
        try #require(prlimit.terminationStatus == 0)
        for name in ["one", "two"] { _ = try bench.hangUp(try bench.call(name)) }
        #expect(try bench.signalling() == before)
    }
}
