import BuiltPlugin
import Foundation
import Glibc
import Testing

/// Services of plugins in the running daemon.
@Suite("Services of plugins")
struct ServiceCommandTests {
    private func bench(_ isolation: String, generations: Int = 20) throws -> HotBench {
        try HotBench(
            "services",
            instances: """
                acme: { plugin: ServiceAdapter, isolation: \(isolation) }
                records: { plugin: ServiceObserver, isolation: \(isolation) }
                """.replacingOccurrences(of: "\n", with: "\n    "), generations: generations)
    }

    @Test(
        "Lines, figures and a call's summary of a plugin reach the operator from either tier",
        arguments: ["none", "process"])
    func live(_ isolation: String) throws {
        let bench = try bench(isolation)
        let call = try bench.call("one")
        _ = try bench.hangUp(call)
        let log = try bench.command.logged(until: "says=\"uc gateway 0199 0100 1 caller true\"")
        #expect(log.contains(" notice plugin ") && log.contains("call=") && log.contains("instance=records"), "\(log)")
        let metrics = try bench.command.run("metrics").output
        #expect(metrics.contains("tandem_plugin_ServiceObserver_ends_total{instance=\"records\"} 1\n"), "\(metrics)")
        #expect(metrics.contains("tandem_plugin_ServiceObserver_talk_seconds_count{instance=\"records\"} 1\n"))
    }

    @Test("What a plugin keeps is there after kill -9 and the next start, a second later at most")
    func killed() throws {
        let bench = try bench("process")
        let stores = "\(bench.command.folder)/t.sock.journal/stores"
        for _ in 0..<500 where access("\(stores)/acme.store", F_OK) != 0 { usleep(10_000) }
        #expect(kill(try bench.signalling(), SIGKILL) == 0)
        let log = try bench.command.logged(until: "says=\"made 2 for uc,gateway\"")
        #expect(log.contains("instance=acme"))
    }

    @Test("What a plugin keeps goes on in the fresh process that takes the calls over")
    func succession() throws {
        let bench = try bench("none", generations: 1)
        try bench.swap(to: "services-2")
        try bench.swap(to: "services-3")
        let log = try bench.command.logged(until: "says=\"made 4 for uc,gateway\"")
        #expect(log.contains("a fresh process takes the calls over"), "\(log)")
        #expect(bench.command.stop() == 0)
    }

    @Test("`tandem plugin check` takes what a plugin has in its store for no leak, and moves the time of its timers")
    func check() throws {
        let command = try Command()
        try command.write("libFixture.so", bytes: BuiltPlugin.fixture("services").bytes)
        let result = try command.run("plugin", "check", "libFixture.so", "--messages", "3000")
        #expect(!result.output.contains("leak") && !result.output.contains("crash"), "\(result.output)")
    }

    @Test("With the journal off nothing is written, and plugins keep values as long as the process lives")
    func journalOff() throws {
        let command = try Command(
            """
            signalling: { control-socket: t.sock, journal: off }
            listeners: { lan: { transport: udp, address: 127.0.0.1, port: \(try Command.freePort()) } }
            plugins: { folder: plugins, instances: { acme: { plugin: ServiceAdapter, isolation: none } } }
            trunks: { lan: { listener: lan, peer: 127.0.0.1:5062, options-interval: off, adapter: acme } }
            """)
        try command.write("plugins/libFixture.so", bytes: BuiltPlugin.fixture("services").bytes)
        #expect(try command.start().contains("says=\"made 1 for lan\""))
        usleep(700_000)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: command.folder).allSatisfy { !$0.contains("journal") })
        #expect(command.stop() == 0)
    }
}
