import CallControl
import Configuration
import SIPTransaction
import TandemKit
import Testing
import Trunks

@Suite("Trunk table")
struct TrunkTableTests {
    static let text = """
        signalling: { unknown-source: 403 }
        listeners:
          a: { transport: udp, address: 127.0.0.1, port: 5060 }
          b: { transport: udp, address: 127.0.0.1, port: 5070 }
          c: { transport: tcp, address: "::1", port: 5060 }
        trunks:
          wide:    { listener: a, peer: 10.0.0.1, sources: [10.0.0.0/8] }
          narrow:  { listener: a, peer: 10.1.0.1, sources: [10.1.0.0/16, 10.2.3.4] }
          any:     { listener: b, peer: 10.0.0.1, sources: [0.0.0.0/0] }
          host:    { listener: b, peer: 10.0.0.9 }
          six:     { listener: c, peer: "[2001:db8::1]", sources: ["2001:db8::/32", "fe80::/10"] }
          six-one: { listener: c, peer: "[2001:db8::2]", sources: ["2001:db8::2"] }
          sink:    { listener: a, peer: 10.0.0.2, sources: [] }
          named:   { listener: b, peer: gw.example.net }
        """

    private func table(named: [String] = []) throws -> TrunkTable {
        let configuration = try ConfigurationFile.parse(Array(Self.text.utf8), file: "t.yaml", environment: [:])
        var addresses = configuration.trunks.map { trunk -> [IPAddress] in
            if case .address(let address) = trunk.peer.host { [address] } else { [] }
        }
        addresses[7] = named.compactMap { IPAddress($0) }
        return TrunkTable(configuration, addresses: addresses)
    }

    @Test(
        "F01: a request belongs to the trunk of its listener with the longest source prefix",
        arguments: [
            (0, "10.9.9.9", "wide"), (0, "10.1.2.3", "narrow"), (0, "10.2.3.4", "narrow"), (0, "10.2.3.5", "wide"),
            (0, "10.255.255.255", "wide"), (0, "11.0.0.0", nil), (0, "10.0.0.2", "wide"), (0, "::1", nil),
            (1, "10.1.2.3", "any"), (1, "10.0.0.9", "host"), (1, "255.255.255.255", "any"),
            (2, "2001:db8::1", "six"), (2, "2001:db8::2", "six-one"), (2, "2001:db9::1", nil), (2, "febf::1", "six"),
            (2, "10.1.2.3", nil), (3, "10.1.2.3", nil),
        ] as [(UInt16, String, String?)])
    func matching(listener: UInt16, source: String, expected: String?) throws {
        let table = try table()
        let remote = Endpoint(address: try #require(IPAddress(source)), port: 40_000)
        let found = table.trunk(for: Flow(listener: listener, transport: .udp, remote: remote))
        #expect(found == expected.flatMap { table.trunk(named: $0) } && (found == nil) == (expected == nil))
    }

    @Test("An unknown source gets the configured answer")
    func unknownSource() throws {
        #expect(try table().unknownSource == .status(403))
    }

    @Test("The sources of a peer given by name are the addresses that the name has")
    func resolvedNames() throws {
        let table = try table(named: ["192.0.2.1", "192.0.2.2"])
        let remote = Endpoint(address: try #require(IPAddress("192.0.2.2")), port: 1)
        #expect(table.trunk(for: Flow(listener: 1, transport: .udp, remote: remote)) == 7)
        #expect(table.conflicts.isEmpty)
    }

    @Test("A name that resolves to another trunk's source is a conflict, and the first of the file keeps it")
    func conflict() throws {
        let table = try table(named: ["10.0.0.9"])
        #expect(table.conflicts.map { "\($0.prefix) \($0.kept) \($0.ignored)" } == ["10.0.0.9/32 host named"])
        let remote = Endpoint(address: try #require(IPAddress("10.0.0.9")), port: 1)
        #expect(table.trunk(for: Flow(listener: 1, transport: .udp, remote: remote)) == 3)
    }

    @Test("The look-up agrees with a linear search over every prefix", arguments: 0..<5)
    func agreesWithLinearSearch(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        var lines = "listeners: { l: { transport: udp, address: 127.0.0.1 } }\ntrunks:\n"
        var prefixes: [AddressPrefix] = []
        while prefixes.count < 60 {
            // Few distinct bits, so that prefixes nest.
            let bits = UInt32(truncatingIfNeeded: random.next()) & 0xC003_0303
            let prefix = AddressPrefix(IPAddress(ipv4: bits), length: Int(random.next() % 33))!
            guard !prefixes.contains(prefix) else { continue }
            lines += "  t\(prefixes.count): { listener: l, peer: 10.0.0.\(prefixes.count + 1), sources: [\(prefix)] }\n"
            prefixes.append(prefix)
        }
        let configuration = try ConfigurationFile.parse(Array(lines.utf8), file: "t.yaml", environment: [:])
        let table = TrunkTable(configuration, addresses: configuration.trunks.map { _ in [] })
        for _ in 0..<2000 {
            let address = IPAddress(ipv4: UInt32(truncatingIfNeeded: random.next()) & 0xC003_0303)
            let expected = prefixes.enumerated().filter { $0.element.contains(address) }
                .max { $0.element.length < $1.element.length }?.offset
            let flow = Flow(listener: 0, transport: .udp, remote: Endpoint(address: address, port: 1))
            #expect(table.trunk(for: flow) == expected)
        }
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

@Suite("Trunk table with certificates")
struct SecuredTrunkTableTests {
    static let text = """
        listeners:
          l: { transport: tls, address: 127.0.0.1, tls: { certificate: a.pem, client-certificates: require } }
        trunks:
          both:        { listener: l, peer: a.example.net, sources: [10.0.0.1] }
          source:      { listener: l, peer: b.example.net, sources: [10.0.0.2], tls: { match: source } }
          certificate: { listener: l, peer: c.example.net, tls: { match: certificate } }
        """

    @Test(
        "F03: over TLS a request belongs to a trunk by its source, its certificate, or both",
        arguments: [
            ("10.0.0.1", "both", "both"), ("10.0.0.1", nil, nil), ("10.0.0.1", "source", nil),
            ("10.0.0.2", nil, "source"), ("10.0.0.2", "both", "source"), ("10.0.0.2", "source", "source"),
            ("10.9.9.9", "certificate", "certificate"), ("10.0.0.1", "certificate", "certificate"),
            ("10.9.9.9", nil, nil), ("10.9.9.9", "both", nil),
        ] as [(String, String?, String?)])
    func matching(source: String, proved: String?, expected: String?) throws {
        let configuration = try ConfigurationFile.parse(Array(Self.text.utf8), file: "t.yaml", environment: [:])
        let table = TrunkTable(configuration, addresses: [[], [], []])
        let identity = proved.flatMap { table.trunk(named: $0) }.map { UInt16($0 + 1) } ?? 0
        let remote = Endpoint(address: try #require(IPAddress(source)), port: 40_000)
        let found = table.trunk(for: Flow(listener: 0, transport: .tls, identity: identity, remote: remote))
        #expect(found == expected.flatMap { table.trunk(named: $0) } && (found == nil) == (expected == nil))
    }
}
