import BuiltPlugin
import Foundation
import Testing

@Suite("tandem plugin check")
struct PluginCheckTests {
    /// Runs `check` on the fixture, told how to misbehave.
    private func check(_ mode: String, _ arguments: String..., dialogue: String? = nil) throws -> Command.Result {
        let command = try Command()
        try command.write("libFixture.so", bytes: BuiltPlugin.fixture(mode).bytes)
        if let dialogue { try command.write("Dialogues/a.dialogue", dialogue) }
        return try command.run(["plugin", "check", "libFixture.so"] + arguments)
    }

    @Test("A good plugin has no findings, exits 0 and shows the time of each of its hooks")
    func good() throws {
        let result = try Command().run("plugin", "check", "plugins/libLync.so", "--messages", "500")
        #expect(result.code == 0 && result.errors.isEmpty, "\(result.output)")
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(lines.first == "plugins/libLync.so: Lync 0.1, adapter" && lines.last == "No findings.")
        for hook in ["ingress-request", "ingress-response", "egress-request", "egress-response"] {
            #expect(
                lines.contains { $0.hasPrefix("  \(hook) ") && $0.contains(" 500 messages, ") && $0.contains("median") }
            )
        }
    }

    @Test(
        "The plugins that ship with Tandem have no findings",
        arguments: ["DialPlan", "VoiceRoutes", "Generic", "Lync", "Asterisk"])
    func shipped(name: String) throws {
        let result = try Command().run("plugin", "check", "plugins/lib\(name).so", "--messages", "1000")
        #expect(result.code == 0 && result.output.hasSuffix("\nNo findings.\n"), "\(result.output)")
    }

    @Test(
        "Each way in which a plugin can be bad is a finding that names its place",
        arguments: [
            ("adapter-crash", "crash: FixtureAdapter egress-request: it crashes at message "),
            ("adapter-hang", "hang: FixtureAdapter ingress-response: it gives no answer within 5 s at message "),
            ("adapter-break", "bad-result: FixtureAdapter egress-request: message "),
            ("adapter-slow", "slow: FixtureAdapter ingress-response: half of the calls take longer than "),
            ("normalizer-exit", "crash: FixtureNormalizer normalize: it ends its process at message "),
            ("router-stray", "bad-result: FixturePlugin route: message 0: it names the trunk 'default'"),
            ("settings-no-help", "no-help: FixtureNormalizer attempts: it doesn't say what it does"),
            ("settings-default", "bad-default: FixtureNormalizer attempts: the default 12 is refused"),
            ("settings-twice", "duplicate-setting: FixtureNormalizer attempts: two settings have this name"),
            ("settings-crash", "crash: FixtureNormalizer attempts: it crashes with the value 9 "),
            ("settings-required", "settings-refused: FixtureNormalizer settings: no instance can be made"),
        ])
    func bad(mode: String, finding: String) throws {
        let result = try check(mode, "--messages", "200")
        #expect(result.code == 1 && result.errors.isEmpty)
        #expect(result.output.contains("\n  \(finding)"), "\(result.output)")
        #expect(result.output.contains("\n1 finding:\n"), "\(result.output)")
    }

    @Test("A hook that keeps more with every message leaks")
    func leak() throws {
        let result = try check("adapter-leak", "--messages", "2400")
        #expect(result.code == 1 && result.output.contains("  leak: FixtureAdapter ingress-request: the last "))
        #expect(result.output.contains("\n1 finding:\n"), "\(result.output)")
    }

    #if DEBUG
        @Test("Settings that are not read strictly: values beyond the limits and unknown keys that are taken")
        func lax() throws {
            let result = try check("settings-lax", "--messages", "10")
            #expect(result.output.contains("limit-ignored: FixtureNormalizer attempts: the value 10 is taken"))
            #expect(result.output.contains("unknown-key-taken: FixtureNormalizer no-such-setting: "))
        }
    #endif

    @Test("A plugin that holds a module of the core is told so")
    func moduleCopy() throws {
        let command = try Command()
        var plugin = BuiltPlugin.fixture("adapter-good")
        plugin.replaceWhole("FixturePlugin", with: "Configuration")
        try command.write("libFixture.so", bytes: plugin.bytes)
        let result = try command.run("plugin", "check", "libFixture.so", "--messages", "10")
        #expect(result.code == 1 && result.output.contains("  module-copy: it holds a copy of Configuration ("))
    }

    @Test("A finding is seen again with the seed and the number of its message")
    func again() throws {
        let output = try check("adapter-crash", "--messages", "200", "--seed", "7").output
        let tail = try #require(output.range(of: "see it again with --seed 7 --first "))
        let number = String(output[tail.upperBound...].prefix { $0.isNumber })
        let again = try check("adapter-crash", "--messages", "1", "--seed", "7", "--first", number)
        #expect(again.output.contains("egress-request: it crashes at message \(number) "), "\(again.output)")
    }

    @Test("Hooks after one that crashes are tried all the same, and an error that a hook throws is no finding")
    func others() throws {
        let crash = try check("adapter-crash", "--messages", "200")
        #expect(crash.output.contains("\n  egress-response    200 messages, "))
        let refusing = try check("adapter-throw", "--messages", "100")
        #expect(refusing.code == 0 && refusing.output.contains("\n  egress-request     100 messages, 100 refused"))
    }

    @Test("--settings gives the instance its settings; mistakes in them have line and column")
    func settings() throws {
        let command = try Command()
        try command.write("libFixture.so", bytes: BuiltPlugin.fixture("settings-required").bytes)
        try command.write("s.yaml", "trunk: lan\n")
        let check = ["plugin", "check", "libFixture.so", "--messages", "10", "--settings", "s.yaml"]
        #expect(try command.run(check).code == 0)
        try command.write("s.yaml", "trunk: lan\nattempt: 2\n")
        let wrong = try command.run(check)
        #expect(wrong.code == 1 && wrong.output.contains("line 2, column 1: `attempt` is no known setting"))
        try command.write("s.yaml", "trunk: [lan\n")
        #expect(try command.run(check).code == 2)
    }

    @Test("--json says everything to a script")
    func json() throws {
        let result = try check("adapter-break", "--messages", "200", "--json")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let findings = try #require(report["findings"] as? [[String: Any]])
        #expect(findings.map { $0["code"] as? String } == ["bad-result"] && result.code == 1)
        #expect((report["hooks"] as? [[String: Any]])?.count == 4)
    }

    @Test("A file that the daemon would refuse is not checked: the daemon's sentence, and exit code 1")
    func refused() throws {
        let result = try check("crash-in-entry")
        #expect(result.code == 1 && result.output.isEmpty && result.errors.contains("crashes when asked what it is"))
    }
}
