import Configuration
import TandemKit
import Testing
import Timing

@Suite("Media in the configuration")
struct MediaConfigurationTests {
    private func read(_ media: String, trunk: String = "") throws -> TandemConfiguration {
        try ConfigurationFile.parse(Array(Self.text(media, trunk).utf8), file: "/etc/t.yaml", environment: [:])
    }

    private static func text(_ media: String, _ trunk: String) -> String {
        """
        listeners: { l: { transport: udp, address: 127.0.0.1 } }
        media: \(media)
        trunks: { t: { listener: l, peer: 10.0.0.1\(trunk.isEmpty ? "" : ", " + trunk) } }
        """
    }

    @Test("A section with an interface alone has every default")
    func defaults() throws {
        let configuration = try read("{ interfaces: { lan: { address: 192.0.2.1 } } }")
        let media = try #require(configuration.media)
        #expect(media.interfaces.map(\.name) == ["lan"] && media.interfaces[0].advertise == nil)
        #expect(media.ports == 49_152...57_500 && media.threads == nil && media.dscp == 46 && media.ng == nil)
        #expect(media.socket == "/run/tandem/relay.sock" && media.rtpengines.isEmpty)
        #expect(media.ownerless == .seconds(60) && media.silence == .seconds(30))
        let trunk = configuration.trunks[0].media
        #expect(trunk.mode == .relay && trunk.interface == nil && trunk.latching == .known && trunk.passes.isEmpty)
        #expect(trunk.rtcpActiveCalls && trunk.rtcpCallsOnHold && trunk.timeout == .seconds(30))
        #expect(media.interface(of: trunk) == 0)
    }

    @Test("Every key has its value, interfaces keep the order of the file")
    func written() throws {
        let media = """
            { interfaces: { wan: { address: 10.0.0.5, advertise: 198.51.100.7 }, lan: { address: "2001:db8::1" } },
              ports: 20000-20099, threads: 2, dscp: 0, socket: r.sock, ng: 2223, ownerless-timeout: 5s,
              silence: 10s }
            """.replacing("\n", with: " ")
        let trunk =
            "media: bypass, media-interface: lan, latching: any, media-passes: [video, text], "
            + "rtcp-active-calls: false, rtcp-calls-on-hold: false, media-timeout: off"
        let configuration = try read(media, trunk: trunk)
        let settings = try #require(configuration.media)
        #expect(settings.interfaces.map(\.name) == ["wan", "lan"])
        #expect(settings.interfaces[0].advertise == IPAddress("198.51.100.7"))
        #expect(settings.ports == 20_000...20_099 && settings.threads == 2 && settings.dscp == 0)
        #expect(settings.socket == "/etc/r.sock" && settings.ng?.description == "127.0.0.1:2223")
        #expect(settings.ownerless == .seconds(5) && settings.silence == .seconds(10))
        let own = configuration.trunks[0].media
        #expect(own.mode == .bypass && own.latching == .any && own.passes == [.video, .text] && own.timeout == nil)
        #expect(!own.rtcpActiveCalls && !own.rtcpCallsOnHold && settings.interface(of: own) == 1)
    }

    @Test("Without the section media pass by, and the relay's socket lies beside the control socket")
    func absence() throws {
        let bare = Self.text("", "").split(separator: "\n").filter { !$0.hasPrefix("media") }.joined(separator: "\n")
        #expect(try ConfigurationFile.parse(Array(bare.utf8), file: "t", environment: [:]).media == nil)
        let text =
            "signalling: { control-socket: /tmp/x/c.sock }\n"
            + Self.text("{ interfaces: { a: { address: 10.0.0.1 } } }", "")
        let beside = try ConfigurationFile.parse(Array(text.utf8), file: "t", environment: [:])
        #expect(beside.media?.socket == "/tmp/x/relay.sock")
    }

    @Test("rtpengines relay in place of our own relay, and a trunk names an interface of theirs")
    func rtpengines() throws {
        let configuration = try read("{ rtpengines: [127.0.0.1:2223, '[::1]:2223'] }", trunk: "media-interface: pub")
        let media = try #require(configuration.media)
        #expect(media.interfaces.isEmpty && media.rtpengines.map(\.description) == ["127.0.0.1:2223", "[::1]:2223"])
        #expect(configuration.trunks[0].media.interface == "pub")
        #expect(media.interface(of: configuration.trunks[0].media) == nil)
    }

    @Test(
        "A mistake in the section is named with its remedy",
        arguments: [
            ("", "media: there is no interface; add one, like interfaces: { lan: { address: 192.0.2.1 } }"),
            (
                "{ interfaces: { a: { address: 10.0.0.1 } }, port: 20000-20001 }",
                "media.port: unknown key; did you mean \"ports\"?"
            ),
            (
                "{ interfaces: { a: { address: 10.0.0.1 } }, ownerless-timeout: 60 }",
                "media.ownerless-timeout: \"60\" is no duration; write a whole number and ms, s, m, h or d, like 10s"
            ),
            (
                "{ interfaces: { a: { address: 10.0.0.1 } }, silence: 31s }",
                "media.silence: 31s is out of range; write a duration from 1s to 30s"
            ),
            (
                "{ interfaces: { a: { advertise: 10.0.0.1 } } }",
                "media.interfaces.a: \"address\" is missing; add address: an IPv4 or IPv6 address"
            ),
            (
                "{ interfaces: { a: { address: 0.0.0.0 } } }",
                "media.interfaces.a.address: 0.0.0.0 is no address that anybody could send media to; "
                    + "write one address of this machine, and add advertise: if peers reach another"
            ),
            (
                "{ interfaces: { a: { address: 10.0.0.1, advertise: gw.example.net } } }",
                "media.interfaces.a.advertise: \"gw.example.net\" is no IP address; write the address that peers reach, like 198.51.100.7"
            ),
            (
                "{ interfaces: { a: { address: 10.0.0.1, advertise: '2001:db8::1' } } }",
                "media.interfaces.a.advertise: 2001:db8::1 is of another family than the address 10.0.0.1; make an interface of its own for it"
            ),
            (
                "{ interfaces: { a: { address: 10.0.0.1 } }, ports: 49152 }",
                "media.ports: \"49152\" is no range of ports; write first-last, like 49152-57500"
            ),
            (
                "{ interfaces: { a: { address: 10.0.0.1 } }, ports: 500-600 }",
                "media.ports: 500 is a port of the system; begin at 1024 or above"
            ),
            (
                "{ interfaces: { a: { address: 10.0.0.1 } }, ports: 30000-20000 }",
                "media.ports: from 30000 to 20000 there is no pair of ports; write the lower port first, like 49152-57500"
            ),
            (
                "{ interfaces: { a: { address: 127.0.0.1 } }, ports: 5000-6000 }",
                "media.ports: the range holds udp 127.0.0.1:5060, the port of the listener \"l\" in line 1; "
                    + "choose ports for media that nothing else has"
            ),
            (
                "{ interfaces: { a: { address: 127.0.0.1 } }, ng: 5060 }",
                "media.ng: this is the port of the listener \"l\" in line 1; choose another"
            ),
            (
                "{ interfaces: { a: { address: 127.0.0.1 } }, ng: 50000 }",
                "media.ports: the range holds 127.0.0.1:50000, the port for the NG protocol; "
                    + "choose ports for media that nothing else has"
            ),
            (
                "{ interfaces: { a: { address: 10.0.0.1 } }, dscp: EF }",
                "media.dscp: \"EF\" is no number from 0 to 63; write a number in that range"
            ),
            (
                "{ interfaces: { a: { address: 10.0.0.1 } }, ng: localhost:2223 }",
                "media.ng: \"localhost:2223\" is no address and port; write them like 127.0.0.1:2223"
            ),
            (
                "{ interfaces: { a: { address: 10.0.0.1 } }, socket: /run/tandem/control.sock }",
                "media.socket: this is the control socket; choose another, like /run/tandem/relay.sock"
            ),
            (
                "{ interfaces: { a: { address: 10.0.0.1 } }, rtpengines: [127.0.0.1:2223] }",
                "media.interfaces: this is about Tandem's own relay, in whose place rtpengines relay; remove it, or remove rtpengines"
            ),
            ("{ rtpengines: [] }", "media.rtpengines: the list is empty; add one, like 192.0.2.5:2223"),
            (
                "{ rtpengines: [127.0.0.1] }",
                "media.rtpengines[0]: \"127.0.0.1\" is no address and port; write them like 127.0.0.1:2223"
            ),
            (
                "{ rtpengines: [127.0.0.1:1, 127.0.0.1:1] }",
                "media.rtpengines[1]: 127.0.0.1:1 is there already; keep one of the two"
            ),
        ])
    func section(media: String, expected: String) throws { #expect(try problems(media) == [expected]) }

    @Test(
        "A mistake in what a trunk says about media is named with its remedy",
        arguments: [
            ("media: rely", "trunks.t.media: \"rely\" is not one of the values; did you mean \"relay\"?"),
            (
                "media-interface: lam",
                "trunks.t.media-interface: there is no interface \"lam\" in the media section; did you mean \"lan\"?"
            ),
            (
                "media-interface: a b",
                "trunks.t.media-interface: \"a b\" is no name; use up to 63 letters, digits, dots, hyphens and underscores, a letter or digit first"
            ),
            (
                "latching: always",
                "trunks.t.latching: \"always\" is not one of the values; write one of strict, known, any"
            ),
            (
                "media-passes: [image]",
                "trunks.t.media-passes[0]: \"image\" is not one of the values; write one of video, application, text"
            ),
            (
                "rtcp-active-calls: yes",
                "trunks.t.rtcp-active-calls: \"yes\" is neither true nor false; write true or false"
            ),
            ("media-timeout: 1s", "trunks.t.media-timeout: 1s is out of range; write a duration from 30s to 1h"),
        ])
    func trunk(keys: String, expected: String) throws {
        #expect(try problems("{ interfaces: { lan: { address: 10.0.0.1 } } }", trunk: keys) == [expected])
    }

    @Test("An interface of a trunk without a media section is an error")
    func danglingInterface() throws {
        let text = """
            listeners: { l: { transport: udp, address: 127.0.0.1 } }
            trunks: { t: { listener: l, peer: 10.0.0.1, media-interface: lan } }
            """
        #expect(
            try Self.problems(of: text) == [
                "trunks.t.media-interface: there is no interface \"lan\", because there is no `media` section; "
                    + "add one, like media: { interfaces: { lan: { address: 192.0.2.1 } } }"
            ])
    }

    private func problems(_ media: String, trunk: String = "") throws -> [String] {
        try Self.problems(of: Self.text(media, trunk))
    }

    private static func problems(of text: String) throws -> [String] {
        try #require(throws: ConfigurationErrors.self) {
            try ConfigurationFile.parse(Array(text.utf8), file: "t.yaml", environment: [:])
        }.problems.map { "\($0.path): \($0.message); \($0.remedy)" }
    }
}
