import Foundation
import Testing

@Suite("Commands without a daemon")
struct OfflineCommandTests {
    static let configuration = #"""
        signalling: { control-socket: t.sock }
        listeners:
          uc:   { transport: udp, address: 127.0.0.1, port: 5060 }
          pstn: { transport: tcp, address: "::1", port: 5070 }
        plugins:
          instances:
            dial-plan:
              plugin: DialPlan
              settings:
                rules:
                  - { name: operator, pattern: '^0100$', translation: '+14255550100' }
                  - { name: 4-digit, pattern: '^(\d{4})$', translation: '+1425555$1' }
            routes: { plugin: VoiceRoutes, settings: { routes: [ { name: us, pattern: '^\+1', trunks: [gateway-a, gateway-b] } ] } }
            asterisk: { plugin: Asterisk }
        trunks:
          uc:        { listener: uc, peer: 127.0.0.1:5061, normalizers: [dial-plan], router: routes }
          gateway-a: { listener: pstn, peer: "[::1]:5080", adapter: asterisk }
          gateway-b: { listener: uc, peer: gw.example.net }
        """#

    @Test("check says that all is well and exits 0")
    func checkFine() throws {
        let result = try Command(Self.configuration).run("check")
        #expect(result.output == "tandem.yaml: no errors; 2 listeners, 3 trunks, 3 plugin instances\n")
        #expect(result.code == 0 && result.errors.isEmpty)
    }

    @Test("check warns of keys about the relay when there is none, and of an NG port that strangers may reach")
    func checkMedia() throws {
        let trunk = Self.configuration.replacing("gw.example.net }", with: "gw.example.net, latching: any }")
        let idle = try Command(trunk).run("check")
        #expect(idle.code == 0)
        #expect(
            idle.errors == """
                warning: tandem.yaml: line 18, column 3: trunks.gateway-b: without a `media` section latching does nothing; \
                add the section, or remove the key

                """)
        for (place, warns) in ["0.0.0.0:2223": true, "2223": false, "10.1.2.3:2223": false, "8.8.8.8:2223": true] {
            let media = "media: { interfaces: { lan: { address: 127.0.0.1 } }, ng: '\(place)' }\n"
            let result = try Command(media + trunk).run("check")
            #expect(result.code == 0)
            #expect(result.errors.contains("media.ng: the NG protocol has no authentication") == warns, "\(place)")
        }
    }

    @Test("What check quotes from the file doesn't steer the terminal")
    func checkEscapes() throws {
        let result = try Command(#"{ "\e[31mlog\x07\u202e": 1, signalling: { shards: "\e]0;x\u009b" } }"#).run("check")
        #expect(result.code == 2 && result.errors.contains("?[31mlog??: unknown key"))
        let isSteering = result.errors.unicodeScalars.contains { ($0.value < 0x20 && $0 != "\n") || $0.value == 0x9B }
        #expect(!isSteering)
    }

    @Test(
        "check lists the errors of the file and of the plugins' settings at once, with lines, and exits 2; so does run")
    func checkErrors() throws {
        let command = try Command(
            Self.configuration.replacing("pattern: '^0100$'", with: "patern: '^0100$'")
                .replacing("port: 5070", with: "port: 70000")
                .replacing("adapter: asterisk", with: "adapter: routes"))
        let expected = [
            "tandem.yaml:4:49: listeners.pstn.port: \"70000\" is no port; write a port from 1 to 65535",
            "tandem.yaml:11:31: plugins.instances.dial-plan.settings.rules[0]: `patern` is no known setting; did you mean `pattern`?",
            "tandem.yaml:17:61: trunks.gateway-a.adapter: \"routes\" has the role router, not adapter; name an instance of a plugin with the role adapter",
        ]
        for name in ["check", "run"] {
            let result = try command.run(name)
            #expect(result.errors.split(separator: "\n").map(String.init) == expected)
            #expect(result.code == 2 && result.output.isEmpty)
        }
    }

    @Test("A route to a trunk that doesn't exist is an error where its name stands, before any call is placed")
    func strayRoute() throws {
        let command = try Command(
            Self.configuration.replacing("trunks: [gateway-a, gateway-b]", with: "trunks: [uc, gatway-a]"))
        let result = try command.run("check")
        #expect(
            result.errors
                == "tandem.yaml:13:100: plugins.instances.routes: it routes to the trunk \"gatway-a\", which does not exist; did you mean \"gateway-a\"?\n"
        )
        #expect(result.code == 2)
    }

    @Test("plugins NAME shows what can be set, also inside lists, with defaults and what is required")
    func pluginSettings() throws {
        let result = try Command(Self.configuration).run("plugins", "VoiceRoutes")
        #expect(result.code == 0 && result.output.hasPrefix("VoiceRoutes 1.0, router, "))
        let lines = result.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(lines.contains { $0.starts(with: ["routes[].pattern", "a", "text", "required"]) })
        #expect(lines.contains { $0.starts(with: ["failover.on-timeout", "true", "or", "false", "true"]) })
    }

    @Test("plugins NAME of a plugin that isn't there says which was meant")
    func unknownPlugin() throws {
        let result = try Command(Self.configuration).run("plugins", "VoiceRoute")
        #expect(
            result.code == 1
                && result.errors == "tandem: there is no plugin 'VoiceRoute'; did you mean 'VoiceRoutes'?\n")
    }

    @Test("A plugin that complains about a secret's value doesn't show it")
    func secretInComplaint() throws {
        let command = try Command(
            Self.configuration.replacing(
                "plugin: Asterisk }",
                with: "plugin: Asterisk, settings: { removes-plus: { environment: CACHE_DIRECTORY } } }"))
        let result = try command.run("check")
        #expect(result.code == 2 && !result.errors.contains(command.folder) && result.errors.contains("[redacted]"))
    }

    @Test("A missing plugin folder is one error at its line")
    func missingFolder() throws {
        let result = try Command(Self.configuration.replacing("plugins:\n", with: "plugins:\n  folder: nowhere\n")).run(
            "check")
        #expect(
            result.code == 2
                && result.errors.hasPrefix("tandem.yaml:6:11: plugins.folder: The plugin folder nowhere cannot be read")
        )
    }

    @Test("F76: explain shows the rules, the numbers, the trunks and what each would be sent")
    func explain() throws {
        let result = try Command(Self.configuration).run("explain", "--from", "5123", "--to", "0100")
        #expect(result.code == 0 && result.errors.isEmpty)
        let lines = result.output.split(separator: "\n").map(String.init)
        for line in [
            "  ✓ dial-plan  operator  0100 → +14255550100", "  · dial-plan  operator  5123 does not match",
            "  ✓ dial-plan  4-digit   5123 → +14255555123",
            "  called   0100 → +14255550100 (dial-plan, operator), E.164",
            "  1. gateway-a, tcp [::1]:5080, adapter asterisk", "       INVITE sip:+14255550100@[::1]:5080 SIP/2.0",
            "  2. gateway-b, udp gw.example.net:5060", "       INVITE sip:+14255550100@gw.example.net SIP/2.0",
        ] { #expect(lines.contains(line), "\(line) in\n\(result.output)") }
    }

    @Test("A call through the relay is explained like any other, with no relay running")
    func explainWithRelay() throws {
        let numbers = ["explain", "--from", "5123", "--to", "0100"]
        let media = "\nmedia: { interfaces: { lan: { address: 127.0.0.1 } } }"
        let plain = try Command(Self.configuration).run(numbers)
        #expect(plain.code == 0 && plain.output.contains("INVITE "))
        #expect(try Command(Self.configuration + media).run(numbers).output == plain.output)
    }

    @Test("F76: explain --json says the same to a script; a number that no route matches is refused with its reason")
    func explainRefused() throws {
        let result = try Command(Self.configuration).run("explain", "--from", "anonymous", "--to", "00", "--json")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(object["calling"] == nil && (object["attempts"] as? [Any])?.isEmpty == true)
        #expect((object["refusal"] as? String)?.contains("status 404") == true)
    }

    @Test("An unknown trunk is one sentence with the one that was meant")
    func unknownTrunk() throws {
        let result = try Command(Self.configuration).run("explain", "--from", "1", "--to", "2", "--trunk", "gatway-a")
        #expect(
            result.code == 1 && result.errors == "tandem: there is no trunk \"gatway-a\"; did you mean \"gateway-a\"?\n"
        )
    }

    @Test("plugins lists what the folder holds, and a refused file with its reason")
    func plugins() throws {
        let command = try Command(Self.configuration)
        try command.write("plugins/libBroken.so", "not an ELF file")
        let result = try command.run("plugins")
        #expect(result.code == 0 && result.output.contains("\nDialPlan "))
        #expect(result.output.contains("\nRefused:\n") && result.output.contains("libBroken.so"))
    }

    @Test(
        "A wrong command line exits 64, version and help 0",
        arguments: [
            ("calls --colour", 64), ("hangup", 64), ("nothing", 64), ("version", 0), ("--help", 0), ("trace --help", 0),
        ] as [(String, Int32)])
    func usage(line: String, code: Int32) throws {
        let words = line.split(separator: " ").map(String.init)
        #expect(try Command(Self.configuration).run(words).code == code)
    }

    @Test(
        "Without a daemon every live command is one sentence and exits 1",
        arguments: ["calls", "trunks", "status", "drain"])
    func noDaemon(name: String) throws {
        let command = try Command(Self.configuration)
        let result = try command.run(name)
        #expect(result.code == 1 && result.output.isEmpty)
        #expect(result.errors.hasPrefix("tandem: no Tandem is running at t.sock; start it with `tandem run`"))
    }
}
