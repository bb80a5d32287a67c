import Configuration
import Glibc
import TandemKit
import Testing
import Timing

@Suite("Configuration files")
struct ConfigurationFileTests {
    @Test("The contract's example reads into typed values")
    func example() throws {
        let configuration = try ConfigurationFile.parse(
            Array(Self.example.utf8), file: "/etc/tandem/tandem.yaml", environment: [:])
        #expect(configuration.listeners.map(\.name) == ["uc", "pstn"])
        #expect(configuration.listeners[1].transport == .tcp)
        #expect(configuration.listeners[1].bind.description == "[::1]:5070")
        #expect(configuration.listeners[1].advertise.description == "203.0.113.5:5070")
        #expect(configuration.signalling.controlSocket == "/etc/tandem/tandem.sock")
        #expect(configuration.plugins.folder == "/etc/tandem/plugins")
        #expect(configuration.plugins.instances.map(\.plugin) == ["DialPlan", "VoiceRoutes", "Lync", "Asterisk"])
        let uc = configuration.trunks[0]
        #expect(
            uc.listener == 0 && uc.peer.description == "127.0.0.1:5061;transport=udp" && uc.normalizers == ["dial-plan"]
        )
        #expect(uc.sources?.map(\.description) == ["127.0.0.1/32"])
        let gateway = configuration.trunks[1]
        #expect(
            gateway.listener == 1 && gateway.peer.description == "[::1]:5080;transport=tcp" && gateway.sources == nil)
        #expect(gateway.maxRingTime == .seconds(180) && gateway.maxCallDuration == .seconds(14_400))
        #expect(gateway.progressTimeout == .seconds(10) && gateway.optionsInterval == .seconds(60))
    }

    @Test("The file in Examples has no error")
    func shippedExample() throws {
        let file = #filePath.replacing(
            "Tests/ConfigurationTests/ConfigurationFileTests.swift", with: "Examples/tandem.yaml")
        #expect(throws: Never.self) { try ConfigurationFile.load(file) }
    }

    @Test("A scalar of a plugin's settings keeps its text: 0100 stays 0100, and its line")
    func scalarsUntouched() throws {
        let text =
            Self.minimal + """

                plugins:
                  instances:
                    p: { plugin: P, settings: { number: 0100, flag: yes, real: 1.50, empty: '', tilde: '~' } }
                """
        let configuration = try ConfigurationFile.parse(Array(text.utf8), file: "t.yaml", environment: [:])
        guard case .map(let entries) = configuration.plugins.instances[0].settings.content else {
            Issue.record("no map")
            return
        }
        let texts = entries.map { entry in if case .scalar(let text) = entry.value.content { text } else { "?" } }
        #expect(texts == ["0100", "yes", "1.50", "", "~"])
        #expect(entries[0].value.line == 7 && entries[0].value.column == 41)
    }

    @Test("Every error of a file is listed at once, by line")
    func allAtOnce() throws {
        let text = """
            signalling: { shards: 0, unknown-source: 200 }
            listeners:
              uc: { transport: sctp, address: 127.0.0.1, port: 99999 }
              b: { transport: udp, address: localhost, prt: 5 }
            trunks:
              t: { listener: uc, peer: "127.0.0.1:x", mode: b2b }
              u: { listener: nowhere, peer: 10.0.0.1, max-ring-time: 10 }
            log: { level: loud }
            """
        let errors = try #require(throws: ConfigurationErrors.self) {
            try ConfigurationFile.parse(Array(text.utf8), file: "t.yaml", environment: [:])
        }
        #expect(
            errors.problems.map { "\($0.position?.line ?? 0) \($0.path)" } == [
                "1 signalling.shards", "1 signalling.unknown-source", "3 listeners.uc.transport", "3 listeners.uc.port",
                "4 listeners.b.address", "4 listeners.b.prt", "6 trunks.t.peer", "6 trunks.t.mode",
                "7 trunks.u.listener", "7 trunks.u.max-ring-time", "8 log.level",
            ])
    }

    @Test("A missing, unreadable, oversized, non-UTF-8 or empty file is one sentence")
    func unreadableFiles() throws {
        let folder = try TemporaryFolder()
        try folder.write("large.yaml", [UInt8](repeating: 0x20, count: (1 << 20) + 1))
        try folder.write("latin.yaml", Array("log:\n  level: caf".utf8) + [0xE9])
        try folder.write("empty.yaml", [])
        let expected = [
            "none.yaml": "there is no such file; name another with --config FILE",
            "large.yaml": "the file is larger than 1048576 bytes; shorten it",
            "latin.yaml": "the file is not UTF-8 here; save it as UTF-8",
            "empty.yaml": "the file is empty; docs/CONFIGURATION.md has an example",
            ".": "this is not a file; name a YAML file with --config FILE",
        ]
        for (name, sentence) in expected {
            let errors = try #require(throws: ConfigurationErrors.self) {
                try ConfigurationFile.load(folder.path + "/" + name)
            }
            #expect(errors.problems.count == 1 && errors.description.hasSuffix(": " + sentence), "\(errors)")
        }
    }

    static let minimal = """
        listeners:
          uc: { transport: udp, address: 127.0.0.1 }
        trunks:
          t: { listener: uc, peer: 127.0.0.1 }
        """

    static let example = #"""
        signalling:
          shards: auto                    # or 1, 2, …
          control-socket: ./tandem.sock
          unknown-source: drop            # or a status code: 403
          user-agent: Tandem
        listeners:
          uc:   { transport: udp, address: 127.0.0.1, port: 5060 }
          pstn: { transport: tcp, address: "::1", port: 5070, advertise: "203.0.113.5:5070" }
        plugins:
          folder: ./plugins
          instances:
            dial-plan: { plugin: DialPlan, settings: { rules: [ { name: "4-digit ext", pattern: '^(\d{4})$', translation: '+1425555$1' } ] } }
            routes:    { plugin: VoiceRoutes, settings: { routes: [ { name: us, pattern: '^\+1', trunks: [gateway-a, gateway-b] } ] } }
            lync:      { plugin: Lync }
            asterisk:  { plugin: Asterisk }
        trunks:
          uc:        { listener: uc, peer: 127.0.0.1:5061, sources: [127.0.0.1/32], adapter: lync, normalizers: [dial-plan], router: routes, mode: b2bua }
          gateway-a: { listener: pstn, peer: "[::1]:5080", adapter: asterisk, max-ring-time: 180s, max-call-duration: 4h, progress-timeout: 10s }
        log: { level: info }
        """#
}
