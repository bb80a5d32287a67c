import TandemKit
import Testing

@testable import SIPTransport

/// Whom a certificate proves (RFC 5922 §7).
struct CertificateNamesTests {
    private func names(
        uris: [String] = [], hosts: [String] = [], addresses: [IPAddress] = [], common: String? = nil
    ) -> CertificateNames {
        var names = CertificateNames()
        for uri in uris { names.add(uri: uri) }
        names.hosts = hosts
        names.addresses = addresses
        names.hasAlternatives = !uris.isEmpty || !hosts.isEmpty || !addresses.isEmpty
        names.commonName = common
        return names
    }

    @Test("F86 in part: a DNS name proves itself in any case, and nothing below or above it")
    func exactName() {
        let own = names(hosts: ["sbc.Example.net"])
        #expect(own.prove(PeerIdentity("SBC.example.NET")))
        #expect(own.prove(PeerIdentity("sbc.example.net.")))
        for other in ["example.net", "a.sbc.example.net", "xsbc.example.net", "sbc.example.net.evil.org", ""] {
            #expect(!own.prove(PeerIdentity(other)), "\(other)")
        }
    }

    @Test("F86 in part: a wildcard stands for one label, the first, whole")
    func wildcard() {
        let own = names(hosts: ["*.example.net"])
        #expect(own.prove(PeerIdentity("sbc.example.net")))
        for other in ["example.net", "a.b.example.net", ".example.net", "sbcexample.net"] {
            #expect(!own.prove(PeerIdentity(other)), "\(other)")
        }
        for pattern in ["*.net", "s*.example.net", "*bc.example.net", "sbc.*.net", "*.*.net", "*", "*."] {
            #expect(!names(hosts: [pattern]).prove(PeerIdentity("sbc.example.net")), "\(pattern)")
        }
    }

    @Test("F86 in part: a SIP URI proves its domain unless it names a user; other schemes prove nothing")
    func uris() {
        #expect(names(uris: ["sip:example.net"]).prove(PeerIdentity("example.net")))
        #expect(names(uris: ["SIP:Example.net:5061;transport=tls"]).prove(PeerIdentity("example.net")))
        for uri in ["sip:alice@example.net", "sips:example.net", "https://example.net", "sip:", "sip:*.net"] {
            #expect(!names(uris: [uri]).prove(PeerIdentity("example.net")), "\(uri)")
        }
        #expect(!names(uris: ["sip:*.example.net"]).prove(PeerIdentity("sbc.example.net")))
    }

    @Test("F86 in part: the common name counts only without a subjectAltName")
    func commonName() {
        #expect(names(common: "sbc.example.net").prove(PeerIdentity("sbc.example.net")))
        #expect(!names(hosts: ["other.example.net"], common: "sbc.example.net").prove(PeerIdentity("sbc.example.net")))
        #expect(
            !names(uris: ["sip:other.example.net"], common: "sbc.example.net").prove(PeerIdentity("sbc.example.net")))
    }

    @Test("F86 in part: an address is proved by an address, never by a common or DNS name")
    func addresses() {
        let address = IPAddress(ipv4: 0xC000_0207)
        #expect(names(addresses: [address]).prove(PeerIdentity("192.0.2.7")))
        #expect(!names(addresses: [address]).prove(PeerIdentity("192.0.2.8")))
        #expect(!names(common: "192.0.2.7").prove(PeerIdentity("192.0.2.7")))
        #expect(!names(hosts: ["192.0.2.7"]).prove(PeerIdentity("192.0.2.7")))
    }
}
