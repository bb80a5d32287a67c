import Configuration
import TandemKit
import Testing

@Suite("TLS in the configuration")
struct TLSConfigurationTests {
    private static func text(
        _ listener: String = "transport: tls, tls: { certificate: own.pem }", peer: String = "gw.example.net",
        trunk: String = ""
    ) -> String {
        """
        listeners: { l: { address: 127.0.0.1, \(listener) } }
        trunks: { t: { listener: l, peer: \(peer)\(trunk.isEmpty ? "" : ", " + trunk) } }
        """
    }

    private func read(_ text: String) throws -> TandemConfiguration {
        try ConfigurationFile.parse(Array(text.utf8), file: "/etc/t.yaml", environment: [:])
    }

    private func problems(of text: String) throws -> [String] {
        try #require(throws: ConfigurationErrors.self) { try read(text) }.problems.map { "\($0)" }
    }

    @Test("A certificate alone has every default: port 5061, its key in the same file, the trunk shows the listener's")
    func defaults() throws {
        let configuration = try read(Self.text())
        let listener = try #require(configuration.listeners.first)
        let (own, trunk) = try (#require(listener.tls), #require(configuration.trunks.first))
        #expect(listener.transport == .tls && listener.bind.port == 5061 && listener.advertise.port == 5061)
        #expect(own.certificate.path == "/etc/own.pem" && own.key.path == "/etc/own.pem")
        #expect(own.clients == .none && own.authorities == nil && own.least == .tls12)
        let tls = try #require(trunk.tls)
        #expect(trunk.peer.port == 5061 && trunk.peer.transport == .tls)
        #expect(tls.certificate.path == "/etc/own.pem" && tls.key.path == "/etc/own.pem")
        #expect(tls.authorities == nil && tls.identity == "gw.example.net" && tls.match == .source)
    }

    @Test("A TLS file with every default written out reads like one without them")
    func writtenDefaults() throws {
        func values(_ section: String) -> String {
            ConfigurationSchema.keys.filter { $0.path.hasPrefix("\(section).*.tls.") }.compactMap { key in
                key.standard.flatMap { $0.contains(" ") ? nil : "\(key.path.split(separator: ".").last!): \($0)" }
            }.joined(separator: ", ")
        }
        let listener = "transport: tls, tls: { certificate: own.pem, \(values("listeners")) }"
        let (whole, bare) = (
            try read(Self.text(listener, trunk: "tls: { \(values("trunks")) }")), try read(Self.text())
        )
        #expect(whole.listeners[0].tls?.clients == bare.listeners[0].tls?.clients)
        #expect(whole.listeners[0].tls?.authorities == bare.listeners[0].tls?.authorities)
        #expect(whole.listeners[0].tls?.least == bare.listeners[0].tls?.least)
        #expect(whole.trunks[0].tls?.authorities == bare.trunks[0].tls?.authorities)
        #expect(whole.trunks[0].tls?.match == bare.trunks[0].tls?.match)
        #expect(values("listeners").count { $0 == ":" } == 3 && values("trunks").count { $0 == ":" } == 2)
    }

    @Test("Every key has its value")
    func written() throws {
        let listener =
            "transport: tls, port: 5067, tls: { certificate: a.pem, key: a.key, client-certificates: require, "
            + "authorities: /ca.pem, min-version: tls1.3 }"
        let trunk =
            "tls: { certificate: b.pem, key: b.key, authorities: c.pem, identity: Sbc.Example.net, match: certificate }"
        let configuration = try read(Self.text(listener, peer: "gw.example.net:5066;transport=tls", trunk: trunk))
        let (own, tls) = try (#require(configuration.listeners[0].tls), #require(configuration.trunks[0].tls))
        #expect(configuration.listeners[0].bind.port == 5067 && configuration.trunks[0].peer.port == 5066)
        #expect(own.key.path == "/etc/a.key" && own.clients == .require && own.least == .tls13)
        #expect(own.authorities?.path == "/ca.pem" && tls.authorities?.path == "/etc/c.pem")
        #expect(tls.certificate.path == "/etc/b.pem" && tls.key.path == "/etc/b.key")
        #expect(tls.identity == "sbc.example.net" && tls.match == .certificate)
    }

    @Test(
        "Where certificates are required a trunk is matched by both, source and certificate, unless it says otherwise")
    func matching() throws {
        let listener = "transport: tls, tls: { certificate: a.pem, client-certificates: require }"
        #expect(try read(Self.text(listener)).trunks[0].tls?.match == .both)
        #expect(try read(Self.text(listener, trunk: "tls: { match: source }")).trunks[0].tls?.match == .source)
    }

    @Test("F03: a TLS trunk needs a peer named by FQDN; an address is an error with its line and remedy")
    func peerNeedsName() throws {
        #expect(
            try problems(of: Self.text(peer: "192.0.2.7")) == [
                "line 2, column 35: trunks.t.peer: a TLS peer needs a name, and 192.0.2.7 is none: certificates prove names "
                    + "(RFC 5922); write the host name in its certificate, like gw.example.net"
            ])
    }

    @Test(
        "What doesn't fit together is named with its remedy",
        arguments: [
            (
                text("transport: tls"),
                "listeners.l.tls: a listener over TLS has no certificate; add tls: { certificate: FILE, key: FILE }"
            ),
            (
                text("transport: udp, tls: { certificate: a.pem }"),
                "listeners.l.tls: the transport is udp, which has no certificate; write transport: tls or wss, or remove the section"
            ),
            (
                text("transport: tls, tls: { key: a.pem }"),
                "listeners.l.tls: \"certificate\" is missing; add certificate: a path"
            ),
            (
                text("transport: udp", trunk: "tls: { identity: a.example.net }"),
                "trunks.t.tls: the listener \"l\" has udp, not tls; use a tls listener, or remove the section"
            ),
            (
                text(trunk: "tls: { match: both }"),
                "trunks.t.tls.match: the listener \"l\" asks nobody for a certificate; write client-certificates: require in "
                    + "its tls section, or match: source here"
            ),
            (
                text(trunk: "tls: { key: a.key }"),
                "trunks.t.tls.key: there is a key, but no certificate; add certificate: with the file of its certificate, or "
                    + "remove the key"
            ),
        ])
    func mistakes(text: String, expected: String) throws {
        #expect(try problems(of: text).map { String($0.drop { $0 != ":" }.dropFirst(2)) } == [expected])
    }

    @Test("TCP and TLS listeners can't share a port")
    func sharedPort() throws {
        let text = """
            listeners:
              a: { transport: tcp, address: 127.0.0.1, port: 5061 }
              b: { transport: tls, address: 127.0.0.1, tls: { certificate: a.pem } }
            trunks: { t: { listener: a, peer: 192.0.2.7 } }
            """
        #expect(try problems(of: text).count == 1)
    }
}
