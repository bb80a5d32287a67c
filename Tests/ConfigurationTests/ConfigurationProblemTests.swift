import Configuration
import TandemKit
import Testing
import Timing

/// Each mistake with the message and the remedy that the operator reads.
@Suite("Configuration problems")
struct ConfigurationProblemTests {
    @Test(
        "A mistake in a listener or in signalling is named with its remedy",
        arguments: [
            ("signaling: {}", "signaling: unknown key; did you mean \"signalling\"?"),
            (
                "signalling: { colour: red }",
                "signalling.colour: unknown key; the keys here are shards, control-socket, journal, unknown-source, dns-servers, user-agent, "
                    + "max-calls, trace-memory, timers"
            ),
            (
                "signalling: { shards: many }",
                "signalling.shards: \"many\" is no number from 1 to 64; write a number in that range"
            ),
            (
                "signalling: { unknown-source: 200 }",
                "signalling.unknown-source: \"200\" is neither drop nor tarpit nor a failure status; write drop, tarpit, or a status like 403"
            ),
            (
                "signalling: { timers: { t1: 500 } }",
                "signalling.timers.t1: \"500\" is no duration; write a whole number and ms, s, m, h or d, like 10s"
            ),
            (
                "signalling: { timers: { t1: 1h } }",
                "signalling.timers.t1: 1h is out of range; write a duration from 10ms to 10s"
            ),
            (
                "signalling: { timers: { t1: 5s, t2: 1s } }",
                "signalling.timers.t2: T2 is shorter than T1; write at least T1 there"
            ),
            (
                "signalling: { trace-memory: 16MB }",
                "signalling.trace-memory: \"16MB\" is no size; write one like 16MiB, or off"
            ),
            (
                "signalling: { user-agent: \"a\\nb\" }",
                "signalling.user-agent: the text does not fit into a header field; write 1 to 200 bytes on one line"
            ),
            ("signalling: [1]", "signalling: is a list; write a map of keys, one \"key: value\" a line"),
            ("signalling: { control-socket: [a] }", "signalling.control-socket: is a list; write a path"),
            ("signalling: { control-socket: }", "signalling.control-socket: is nothing; write a path"),
            (
                "log: { level: verbose }",
                "log.level: \"verbose\" is not one of the values; write one of trace, debug, info, notice, warning, error, critical"
            ),
            (
                "log: { level: warn }",
                "log.level: \"warn\" is not one of the values; write one of trace, debug, info, notice, warning, error, critical"
            ),
        ])
    func signalling(text: String, expected: String) throws {
        let tail =
            "\nlisteners: { uc: { transport: udp, address: 127.0.0.1 } }\ntrunks: { t: { listener: uc, peer: 127.0.0.1 } }"
        #expect(try Self.problems(of: text + tail) == [expected])
    }

    @Test(
        "A mistake in a listener is named with its remedy",
        arguments: [
            (
                "{ address: 127.0.0.1 }",
                "listeners.l: \"transport\" is missing; add transport: udp, tcp, tls, ws or wss"
            ),
            (
                "{ transport: sctp, address: 127.0.0.1 }",
                "listeners.l.transport: \"sctp\" is no transport that Tandem has; write udp, tcp, tls, ws or wss"
            ),
            (
                "{ transport: udp, address: localhost }",
                "listeners.l.address: \"localhost\" is no IP address; write an address of this machine, like 192.0.2.1 or \"::1\""
            ),
            (
                "{ transport: udp, address: 127.0.0.1, port: 0 }",
                "listeners.l.port: \"0\" is no port; write a port from 1 to 65535"
            ),
            (
                "{ transport: udp, address: 127.0.0.1, port: 65536 }",
                "listeners.l.port: \"65536\" is no port; write a port from 1 to 65535"
            ),
            (
                "{ transport: udp, address: 127.0.0.1, port: +50 }",
                "listeners.l.port: \"+50\" is no port; write a port from 1 to 65535"
            ),
            (
                "{ transport: udp, address: 0.0.0.0 }",
                "listeners.l.address: 0.0.0.0 binds every address, so peers can't be told which is ours; add advertise: with the address that peers reach"
            ),
            (
                "{ transport: udp, address: 127.0.0.1, advertise: 'a b' }",
                "listeners.l.advertise: \"a b\" is neither an address nor a host name; write an address like 192.0.2.1, or a name like gw.example.net"
            ),
            (
                "{ transport: udp, address: 127.0.0.1, advertise: '1.2.3.4.5' }",
                "listeners.l.advertise: \"1.2.3.4.5\" is neither an address nor a host name; write an address like 192.0.2.1, or a name like gw.example.net"
            ),
            (
                "{ transport: udp, address: 127.0.0.1, advertise: '::1:x' }",
                "listeners.l.advertise: \"::1:x\" is no address; write IPv6 with a port as [2001:db8::1]:5060"
            ),
            (
                "{ transport: udp, address: 127.0.0.1, advertise: 'sip:gw.example.net:5060' }",
                "listeners.l.advertise: \"sip:gw.example.net:5060\" is a URI; write host and port alone: gw.example.net:5060"
            ),
        ])
    func listeners(listener: String, expected: String) throws {
        #expect(try Self.problems(of: "listeners: { l: \(listener) }\ntrunks: {}") == [expected])
    }

    @Test(
        "A mistake in a trunk is named with its remedy",
        arguments: [
            ("{ peer: 10.0.0.1 }", "trunks.t: \"listener\" is missing; add listener: a name"),
            (
                "{ listener: ud, peer: 10.0.0.1 }",
                "trunks.t.listener: there is no listener \"ud\"; did you mean \"udp\"?"
            ),
            (
                "{ listener: udp, peer: 'gw;transport=tcp' }",
                "trunks.t.peer: the peer wants tcp, the listener \"udp\" has udp; use a tcp listener or remove ;transport=tcp"
            ),
            (
                "{ listener: udp, peer: 'gw;lr' }",
                "trunks.t.peer: \";lr\" has no meaning here; write ;transport=udp, ;transport=tcp or ;transport=tls, once"
            ),
            (
                "{ listener: udp, peer: '[::1]:5060' }",
                "trunks.t.peer: the peer is IPv6, the listener \"udp\" is IPv4; use a listener with an IPv6 address"
            ),
            (
                "{ listener: udp, peer: 0.0.0.0 }",
                "trunks.t.peer: 0.0.0.0 is nobody's address; write the address of the gateway"
            ),
            (
                "{ listener: udp, peer: 10.0.0.1, sources: [10.0.0.0/33] }",
                "trunks.t.sources[0]: \"33\" is no prefix length; write a number from 0 to 32"
            ),
            (
                "{ listener: udp, peer: 10.0.0.1, sources: [10.0.0.1/8] }",
                "trunks.t.sources[0]: 10.0.0.1/8 has bits set behind its length; write 10.0.0.0/8"
            ),
            (
                "{ listener: udp, peer: 10.0.0.1, sources: ['::/0'] }",
                "trunks.t.sources: no request from ::/0 can reach the IPv4 listener \"udp\"; write IPv4 prefixes, or use another listener"
            ),
            (
                "{ listener: udp, peer: 10.0.0.1, sources: [{}] }",
                "trunks.t.sources[0]: is a map of keys; write a single value"
            ),
            (
                "{ listener: udp, peer: 10.0.0.1, adapter: dial-plam }",
                "trunks.t.adapter: there is no plugin instance \"dial-plam\"; did you mean \"dial-plan\"?"
            ),
            (
                "{ listener: udp, peer: 10.0.0.1, adapter: asterisk }",
                "trunks.t.adapter: there is no plugin instance \"asterisk\"; add asterisk: { plugin: Asterisk } under plugins.instances"
            ),
            (
                "{ listener: udp, peer: 10.0.0.1, adapter: dial-plan }",
                "trunks.t.adapter: \"dial-plan\" has the role normalizer, not adapter; name an instance of a plugin with the role adapter"
            ),
            (
                "{ listener: udp, peer: 10.0.0.1, mode: proxi }",
                "trunks.t.mode: \"proxi\" is not one of the values; did you mean \"proxy\"?"
            ),
            (
                "{ listener: udp, peer: 10.0.0.1, max-ring-time: off }",
                "trunks.t.max-ring-time: \"off\" is no duration; write a whole number and ms, s, m, h or d, like 10s"
            ),
            (
                "{ listener: udp, peer: 10.0.0.1, domain: 'gw:5060' }",
                "trunks.t.domain: \"gw:5060\" has a port; write the host alone"
            ),
        ])
    func trunks(trunk: String, expected: String) throws {
        let text = """
            listeners: { udp: { transport: udp, address: 127.0.0.1 } }
            plugins: { instances: { dial-plan: { plugin: DialPlan } } }
            trunks: { t: \(trunk) }
            """
        let facts = [PluginFacts(name: "DialPlan", role: .normalizer), PluginFacts(name: "Asterisk", role: .adapter)]
        #expect(try Self.problems(of: text, facts: facts) == [expected])
    }

    @Test("F01: two trunks of one tuple, or with equal sources on one listener, are an error that names both lines")
    func ties() throws {
        let text = """
            listeners:
              a: { transport: udp, address: 127.0.0.1 }
              b: { transport: udp, address: 127.0.0.1, port: 5061 }
            trunks:
              one:   { listener: a, peer: 10.0.0.1 }
              two:   { listener: a, peer: 10.0.0.1:5060, sources: [] }
              three: { listener: a, peer: 10.0.0.1:5062 }
              four:  { listener: a, peer: 10.0.0.4, sources: [10.0.0.1/32, 10.9.0.0/16, 10.9.0.0/16] }
              five:  { listener: b, peer: 10.0.0.1 }
              six:   { listener: a, peer: 10.0.0.6, sources: [10.0.0.0/24] }
            """
        let advice = "give the trunks different listeners or sources; sources: [] for one that only takes calls from us"
        #expect(
            try Self.lines(of: text) == [
                "6 trunks.two: the trunk \"one\" in line 5 has the same listener and peer; "
                    + "give one of them another listener or peer port, or remove it",
                "7 trunks.three.sources: requests from 10.0.0.1/32 on this listener belong to the trunk \"one\" already, "
                    + "by line 5; \(advice)",
                "8 trunks.four.sources: requests from 10.0.0.1/32 on this listener belong to the trunk \"three\" already, "
                    + "by line 7; \(advice)",
                "8 trunks.four.sources: requests from 10.9.0.0/16 on this listener belong to this trunk already, "
                    + "by line 8; \(advice)",
            ])
    }

    @Test("F02: many listeners on a node, each with a trunk of its own; two of one socket are an error")
    func listenerPorts() throws {
        let ports = 5060..<5072
        let text =
            "listeners:\n" + ports.map { "  l\($0): { transport: tcp, address: 127.0.0.1, port: \($0) }\n" }.joined()
            + "trunks:\n" + ports.map { "  t\($0): { listener: l\($0), peer: 10.0.0.1 }\n" }.joined()
        #expect(try ConfigurationFile.parse(Array(text.utf8), file: "t", environment: [:]).trunks.count == 12)
        let clash = text.replacing("port: 5071", with: "port: 5060")
        #expect(
            try Self.problems(of: clash) == [
                "listeners.l5071: tcp 127.0.0.1:5060 is taken by the listener \"l5060\" in line 2; choose another port or address"
            ])
    }

    @Test(
        "What is wrong with the YAML itself is named with its place",
        arguments: [
            ("a: [1", "2:1 this is not YAML"),
            ("a: 1\na: 2", "2:1 a: the key is there already, in line 1; keep one of the two"),
            ("a: *x", "1:4 the alias *x stands for nothing"), ("a: !!binary x", "1:4 the tag"),
            ("a: 1\n---\nb: 2", "2:1 the file holds a second document"), ("[a]: 1", "1:1 a key is a list"),
            ("a: \u{1}", "1:4 this is not YAML: control characters are not allowed"),
            ("a: &x [*x]", "1:8 the alias *x stands for nothing"),
            (String(repeating: "[", count: 40), "1:34 lists and maps lie deeper than 32 levels"),
            (
                "a: " + String(repeating: "[", count: 1100),
                "1:5 lists and maps lie deeper than 32 levels; flatten the file"
            ),
        ])
    func yaml(text: String, expected: String) throws {
        let errors = try #require(throws: ConfigurationErrors.self) {
            try ConfigurationFile.parse(Array(text.utf8), file: "t", environment: [:])
        }
        let lines = errors.problems.map { problem in
            let place = problem.position.map { "\($0.line):\($0.column) " } ?? ""
            return place + (problem.path.isEmpty ? "" : problem.path + ": ") + "\(problem.message); \(problem.remedy)"
        }
        #expect(lines.contains { $0.hasPrefix(expected) }, "\(lines)")
    }

    @Test(
        "What a problem quotes of the file stays on its line and is cut after 60 characters",
        arguments: [
            ("\"a\\nb\\u202E\": 1", "a?b?: unknown key"),
            ("a: *" + long, "the alias *" + cut + " stands for nothing; write &" + cut),
            ("signalling: { shards: " + long + " }", "signalling.shards: \"" + cut + "\" is no number"),
            ("trunks: { " + long + ": {} }", "trunks: \"" + cut + "\" is no name"),
            (
                "trunks: { t: { listener: \"" + long + "\" } }",
                "trunks.t.listener: there is no listener \"" + cut + "\""
            ),
        ])
    func excerpts(text: String, expected: String) throws {
        let errors = try #require(throws: ConfigurationErrors.self) {
            try ConfigurationFile.parse(Array(text.utf8), file: "t", environment: [:])
        }
        let lines = errors.description.split(separator: "\n")
        #expect(lines.count == errors.problems.count)
        #expect(lines.contains { $0.contains(expected) }, "\(lines)")
        #expect(lines.allSatisfy { $0.count < 500 })
    }

    private static let long = String(repeating: "x", count: 500)  // YAML has no longer key than 1024 on one line
    private static let cut = String(repeating: "x", count: 59) + "…"

    @Test(
        "Aliases that multiply are refused in no time, as values and as keys",
        arguments: ["a%: [*b, *b, *b, *b, *b, *b, *b, *b, *b]", "? {k: [*b, *b, *b]}\n: 1"])
    func aliasBomb(line: String) throws {
        var text = "x0: &a0 [1]\n"
        for level in 1...30 {
            text +=
                line.hasPrefix("?")
                ? "x\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n"
                : "x\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", "))]\n"
        }
        text += "? *a30\n: 1\n"
        let errors = try #require(throws: ConfigurationErrors.self) {
            try ConfigurationFile.parse(Array(text.utf8), file: "t", environment: [:])
        }
        #expect(errors.problems.contains { $0.message.contains("more than 50000 values") })
    }

    @Test("Anchors, aliases and << share settings between trunks; own keys win")
    func merging() throws {
        let text = """
            x-gateway: &gateway { listener: uc, max-ring-time: 60s, mode: proxy }
            listeners: { uc: { transport: udp, address: 127.0.0.1 } }
            trunks:
              a: { <<: *gateway, peer: 10.0.0.1 }
              b: { <<: [*gateway, { max-ring-time: 10s }], peer: 10.0.0.2, mode: b2bua }
            """
        let trunks = try ConfigurationFile.parse(Array(text.utf8), file: "t", environment: [:]).trunks
        #expect(trunks.map(\.mode) == [.proxy, .b2bua] && trunks.allSatisfy { $0.maxRingTime == .seconds(60) })
    }

    @Test("Any bytes are answered with a configuration or with problems", arguments: 0..<20)
    func fuzz(seed: UInt64) {
        var random = SplitMix(state: seed)
        for _ in 0..<100 {
            var bytes = Array(ConfigurationFileTests.example.utf8)
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &random)))
                default:
                    bytes.insert(
                        contentsOf: Array("&a *a <<: [{ }] - ? | > \n".utf8.shuffled(using: &random)), at: place)
                }
            }
            do throws(ConfigurationErrors) {
                _ = try ConfigurationFile.parse(bytes, file: "t", environment: [:])
            } catch {
                #expect(!error.problems.isEmpty)
            }
        }
    }

    private static func problems(of text: String, facts: [PluginFacts]? = nil) throws -> [String] {
        try errors(of: text, facts: facts).map { "\($0.path): \($0.message); \($0.remedy)" }
    }

    private static func lines(of text: String) throws -> [String] {
        try errors(of: text).map { "\($0.position?.line ?? 0) \($0.path): \($0.message); \($0.remedy)" }
    }

    private static func errors(of text: String, facts: [PluginFacts]? = nil) throws -> [ConfigurationProblem] {
        try #require(throws: ConfigurationErrors.self) {
            try ConfigurationFile.parse(Array(text.utf8), file: "t.yaml", plugins: facts, environment: [:])
        }.problems
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
