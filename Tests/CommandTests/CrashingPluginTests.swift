import BuiltPlugin
import Foundation
import Glibc
import Testing

@Suite("Plugins that bring the daemon down")
struct CrashingPluginTests {
    private static let patience = Duration.seconds(3)

    /// Sends what the fixture doesn't survive, and waits until signalling serves again; how long that took.
    private func bringDown(_ bench: HotBench, in call: HotBench.Call, cseq: Int) throws -> Duration {
        let begun = ContinuousClock.now
        bench.send("INFO", in: call, cseq: cseq)
        let log = try bench.command.logged(until: " ready ")
        #expect(log.contains("signalling has ended and is started again"), "\(log)")
        #expect(log.contains("brought the daemon down") && log.contains("plugin=FixtureAdapter"), "\(log)")
        return ContinuousClock.now - begun
    }

    @Test(
        "A crash or a loop in a hook keeps confirmed calls, and after two the build runs in a process of its own",
        arguments: [("adapter-crash", "SIG"), ("adapter-loop", "stuck")])
    func quarantine(mode: String, word: String) throws {
        let bench = try HotBench(mode)
        // A process that ends before the supervisor has heard that it serves makes an end of everything.
        try bench.command.logged(until: "every process serves")
        let (one, two) = (try bench.call("one"), try bench.call("two"))
        for cseq in 2...3 {
            let away = try bringDown(bench, in: one, cseq: cseq)
            #expect(away < Self.patience)
            #expect(try bench.request("OPTIONS", in: two, cseq: cseq).first?.hasPrefix("OPTIONS ") == true)
        }
        let plugin = try #require(try bench.plugins().first { $0["name"] as? String == "FixtureAdapter" })
        let quarantine = try #require(plugin["quarantine"] as? String, "\(plugin)")
        #expect(quarantine.contains(word), "\(quarantine)")
        let process = try bench.signalling()
        // Its own process is lost now, not the daemon.
        #expect(try bench.request("INFO", in: two, cseq: 4).first?.hasPrefix("INFO ") == true)
        #expect(try bench.signalling() == process)
        _ = try bench.hangUp(two)
    }

    @Test("A quarantined build that an operator trusts again runs in the daemon from the next start")
    func revived() throws {
        let bench = try HotBench("adapter-crash")
        try bench.command.logged(until: "every process serves")
        let call = try bench.call("one")
        for cseq in 2...3 { _ = try bringDown(bench, in: call, cseq: cseq) }
        let result = try bench.command.run("plugins", "revive", "acme")
        #expect(result.output.contains("from the next start"), "\(result)")
        kill(try bench.signalling(), SIGKILL)
        let log = try bench.command.logged(until: " ready ")
        #expect(!log.contains("too often"), "\(log)")
        let maps = BuiltPlugin.contents(of: "/proc/\(try bench.signalling())/maps")
        #expect(String(decoding: maps, as: UTF8.self).contains("libFixture"))
    }
}
