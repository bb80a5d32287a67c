import TandemKit
import Testing

@Suite struct IdentityTests {
    static let trunk = TrunkFacts(
        name: "pstn", advertisedHost: "203.0.113.5", advertisedPort: 5060, transport: .udp, domain: "sbc.example.net")

    private func invite(_ fields: [(HeaderName, String)]) -> SIPRequest {
        var request = SIPRequest(method: .invite, uri: "sip:+14255550100@tandem")
        for (name, value) in fields { request.headers.append(name, value) }
        return request
    }

    private func write(_ identity: Identity, _ change: (inout GatewayProfile) -> Void = { _ in }) -> SIPRequest {
        var request = invite([])
        identity.writeHeaders(
            to: &request, target: PhoneNumber("+14255550100"), trunk: Self.trunk, profile: GatewayProfile(change))
        return request
    }

    @Test("F39: an asserted identity is relayed in both directions")
    func relayed() {
        let request = invite([
            (.from, "\"Bob \\\"B\\\"\" <sip:+12065550100@pbx;user=phone>;tag=1"),
            (.pAssertedIdentity, "<sip:+12065550199@pbx>, <tel:+12065550199>"),
        ])
        let identity = Identity(reading: request, profile: GatewayProfile())
        #expect(identity.presented?.text == "+12065550100")
        #expect(identity.asserted?.text == "+12065550199")
        #expect(identity.displayName == "Bob \"B\"")
        let sent = write(identity)
        #expect(sent.headers[.pAssertedIdentity] == "\"Bob \\\"B\\\"\" <sip:+12065550199@sbc.example.net>")
        #expect(
            identity.fromAddress(for: Self.trunk, profile: GatewayProfile())
                == "\"Bob \\\"B\\\"\" <sip:+12065550100@sbc.example.net>")
    }

    @Test("F39: a peer outside the trust domain neither gives nor gets an asserted identity")
    func notRelayed() {
        let distrust = GatewayProfile { $0.relaysIdentity = false }
        let request = invite([(.from, "<sip:100@pbx>;tag=1"), (.pAssertedIdentity, "<sip:+12065550199@pbx>")])
        #expect(Identity(reading: request, profile: distrust).asserted == nil)
        let identity = Identity(reading: request, profile: GatewayProfile())
        #expect(write(identity) { $0.relaysIdentity = false }.headers[.pAssertedIdentity] == nil)
    }

    @Test(
        "F39: the number behind an anonymous call goes only to a peer that may know it",
        arguments: [
            "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=1", "<sip:anonymous@pbx>;tag=1",
            "<sip:restricted@anonymous.invalid>;tag=1",
        ])
    func anonymous(from: String) {
        let request = invite([(.from, from), (.pAssertedIdentity, "<sip:+12065550199@pbx>")])
        let identity = Identity(reading: request, profile: GatewayProfile())
        #expect(identity.isAnonymous)
        #expect(identity.asserted?.text == "+12065550199")
        let plain = write(identity)
        #expect(plain.headers[.pAssertedIdentity] == nil)
        #expect(plain.headers[.privacy] == "id")
        let trusted = write(identity) { $0.relaysAnonymousIdentity = true }
        #expect(trusted.headers[.pAssertedIdentity] == "<sip:+12065550199@sbc.example.net>")
        #expect(trusted.headers[.privacy] == "id")
        #expect(
            identity.fromAddress(for: Self.trunk, profile: GatewayProfile { $0.relaysAnonymousIdentity = true })
                == "\"Anonymous\" <sip:anonymous@anonymous.invalid>")
    }

    @Test("Privacy: id hides a From that shows the number")
    func privacy() {
        let request = invite([
            (.from, "\"Bob\" <sip:+12065550100@pbx>;tag=1"), (.pAssertedIdentity, "<sip:+12065550100@pbx>"),
            (.privacy, "header; id"),
        ])
        let identity = Identity(reading: request, profile: GatewayProfile())
        #expect(identity.privacy == [.id, .header])
        #expect(
            identity.fromAddress(for: Self.trunk, profile: GatewayProfile())
                == "\"Anonymous\" <sip:anonymous@anonymous.invalid>")
        #expect(write(identity).headers[.privacy] == "id;header")
    }

    @Test("F40: Remote-Party-ID and P-Asserted-Identity are converted into each other")
    func remoteParty() {
        let request = invite([
            (.from, "<sip:100@pbx>;tag=1"),
            (.remotePartyID, "\"Bob\" <sip:+12065550100@pbx>;party=calling;privacy=full;screen=yes"),
        ])
        let identity = Identity(reading: request, profile: GatewayProfile { $0.identity = .remotePartyID })
        #expect(identity.asserted?.text == "+12065550100")
        #expect(identity.privacy == [.id])
        let sent = write(identity) {
            $0.identity = .remotePartyID
            $0.relaysAnonymousIdentity = true
        }
        #expect(
            sent.headers[.remotePartyID]
                == "\"Bob\" <sip:+12065550100@sbc.example.net>;party=calling;screen=yes;privacy=full")
        #expect(
            write(identity) { $0.relaysAnonymousIdentity = true }.headers[.pAssertedIdentity]
                == "\"Bob\" <sip:+12065550100@sbc.example.net>")
    }

    @Test("F40: History-Info becomes Diversion with its reason, latest diversion first")
    func historyToDiversion() {
        let request = invite([
            (.from, "<sip:+12065550100@pbx>;tag=1"),
            (
                .historyInfo,
                "<sip:+14255550001@med;user=phone?Reason=SIP%3Bcause%3D486&Privacy=history>;index=1,"
                    + "<sip:+14255550002@med;user=phone;cause=486>;index=1.1"
            ),
            (.historyInfo, "<sip:+14255550100@med;cause=302>;index=1.1.1"),
        ])
        let identity = Identity(reading: request, profile: GatewayProfile())
        #expect(identity.diversions.map(\.number.text) == ["+14255550001", "+14255550002"])
        #expect(identity.diversions.map(\.reason) == [.userBusy, .unconditional])
        let sent = write(identity) { $0.diversion = .diversion }
        #expect(
            sent.headers.values(.diversion) == [
                "<sip:+14255550002@sbc.example.net>;reason=unconditional;privacy=off",
                "<sip:+14255550001@sbc.example.net>;reason=user-busy;privacy=full",
            ])
        #expect(sent.headers[.historyInfo] == nil)
    }

    @Test("F40: Diversion becomes History-Info with causes, indices and the present target")
    func diversionToHistory() {
        let request = invite([
            (.from, "<sip:+12065550100@pbx>;tag=1"),
            (.diversion, "\"Two\" <sip:+14255550002@pbx>;reason=\"no-answer\";privacy=full;counter=2"),
            (.diversion, "<tel:+14255550001>;reason=user-busy"),
        ])
        let identity = Identity(reading: request, profile: GatewayProfile { $0.diversion = .diversion })
        #expect(identity.diversions.map(\.number.text) == ["+14255550001", "+14255550002"])
        #expect(identity.diversions[1].count == 2)
        let sent = write(identity)
        #expect(
            sent.headers.values(.historyInfo) == [
                "<sip:+14255550001@sbc.example.net?Reason=SIP%3Bcause%3D486>;index=1",
                "\"Two\" <sip:+14255550002@sbc.example.net;cause=486?Reason=SIP%3Bcause%3D408&Privacy=history>;index=1.1",
                "<sip:+14255550100@sbc.example.net;cause=408>;index=1.1.1",
            ])
        let again = Identity(reading: sent, profile: GatewayProfile())
        #expect(again.diversions.map(\.reason) == [.userBusy, .noAnswer])
        #expect(again.diversions.map(\.number.text) == identity.diversions.map(\.number.text))
        #expect(again.diversions.map(\.isPrivate) == [false, true])
    }

    @Test("A History-Info of the target alone tells of no diversion")
    func noDiversion() {
        let request = invite([(.from, "<sip:1@pbx>;tag=1"), (.historyInfo, "<sip:+14255550100@med>;index=1")])
        #expect(Identity(reading: request, profile: GatewayProfile()).diversions.isEmpty)
    }

    @Test("F41: From shows the diverting party to a carrier that accepts only its own numbers")
    func fromOfDiverter() {
        let identity = Identity(
            presented: PhoneNumber("+12065550100"),
            diversions: [DiversionEntry(number: PhoneNumber("+14255550001"))])
        #expect(
            identity.fromAddress(for: Self.trunk, profile: GatewayProfile { $0.showsDiverterInFrom = true })
                == "<sip:+14255550001@sbc.example.net>")
    }

    @Test("A user that is no number keeps its own domain")
    func opaque() {
        let identity = Identity(presented: PhoneNumber("alice"), presentedHost: "contoso.com")
        #expect(
            identity.fromAddress(for: Self.trunk, profile: GatewayProfile { $0.addsUserPhone = true })
                == "<sip:alice@contoso.com>")
    }

    @Test("A name can't break out of its header field")
    func injection() {
        let identity = Identity(presented: PhoneNumber("100"), displayName: "a\r\nX: \"b\\")
        #expect(
            identity.fromAddress(for: Self.trunk, profile: GatewayProfile())
                == "\"a  X: \\\"b\\\\\" <sip:100@sbc.example.net>")
    }

    @Test("An identity can be written as bytes and read back")
    func codable() throws {
        let identity = Identity(
            asserted: PhoneNumber("+12065550100"), displayName: "Bob", privacy: [.id],
            diversions: [DiversionEntry(number: PhoneNumber("100"), reason: .followMe)])
        #expect(try CompactJSON.decode(Identity.self, from: CompactJSON.encode(identity)) == identity)
    }
}
