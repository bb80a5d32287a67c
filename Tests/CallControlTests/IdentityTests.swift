import CallControl
import TandemKit
import Testing

@Suite struct IdentityTests {
    func invite(_ extra: String, _ change: @escaping (inout GatewayProfile) -> Void = { _ in }) -> Sent {
        EngineBench(adapters: ["out": ProfileAdapter.with(change)]).receive(Party.invite(extra: extra), from: 0).last!
    }

    let asserted = "P-Asserted-Identity: \"Ann\" <sip:+14255550111@192.0.2.1>\r\n"

    @Test("F39: an asserted identity passes with our domain, and not to a trunk that it must not reach")
    func assertedIdentity() {
        #expect(invite(asserted).field("P-Asserted-Identity") == "\"Ann\" <sip:+14255550111@198.51.100.2>")
        #expect(invite(asserted) { $0.relaysIdentity = false }.field("P-Asserted-Identity") == nil)
    }

    @Test("F39: the header field is the one the trunk's profile names")
    func style() {
        let remoteParty = invite(asserted) { $0.identity = .remotePartyID }
        #expect(
            remoteParty.field("Remote-Party-ID")
                == "\"Ann\" <sip:+14255550111@198.51.100.2>;party=calling;screen=yes;privacy=off")
        #expect(invite(asserted) { $0.identity = .pPreferredIdentity }.field("P-Preferred-Identity") != nil)
        let fromOnly = invite(asserted) { $0.identity = .fromOnly }
        #expect(fromOnly.field("P-Asserted-Identity") == nil)
    }

    @Test("A caller who wants to stay unknown: anonymous From, Privacy, and the number only where it may go")
    func anonymous() {
        let hidden = invite(asserted + "Privacy: id\r\n")
        #expect(hidden.field("From")?.hasPrefix("\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=") == true)
        #expect(hidden.field("P-Asserted-Identity") == nil)
        #expect(hidden.field("Privacy") == "id")
        let trusted = invite(asserted + "Privacy: id\r\n") { $0.relaysAnonymousIdentity = true }
        #expect(trusted.field("P-Asserted-Identity") != nil)
    }

    @Test("F40: Diversion becomes History-Info and back, in order, with reasons")
    func diversions() {
        let extra =
            "Diversion: <sip:+14255550122@192.0.2.1>;reason=no-answer, <sip:+14255550133@192.0.2.1>;reason=user-busy\r\n"
        let history = invite(extra).fields("History-Info")
        #expect(
            history == [
                "<sip:+14255550133@198.51.100.2?Reason=SIP%3Bcause%3D486>;index=1",
                "<sip:+14255550122@198.51.100.2;cause=486?Reason=SIP%3Bcause%3D408>;index=1.1",
                "<sip:0100@198.51.100.2;cause=408>;index=1.1.1",
            ])
        let back = EngineBench(adapters: ["out": ProfileAdapter.with { $0.diversion = .diversion }]).receive(
            Party.invite(extra: history.map { "History-Info: \($0)\r\n" }.joined()), from: 0
        ).last!
        #expect(
            back.fields("Diversion") == [
                "<sip:+14255550122@198.51.100.2>;reason=no-answer;privacy=off",
                "<sip:+14255550133@198.51.100.2>;reason=user-busy;privacy=off",
            ])
    }

    @Test("F41: From shows the last diverting party where the profile wants it")
    func diverterInFrom() {
        let sent = invite("Diversion: <sip:+14255550122@192.0.2.1>;reason=no-answer\r\n") {
            $0.showsDiverterInFrom = true
        }
        #expect(sent.field("From")?.contains("<sip:+14255550122@198.51.100.2>") == true)
    }

    @Test("F29: a trunk that takes no plus gets none, in any URI")
    func removesPlus() {
        let sent = EngineBench(adapters: ["out": ProfileAdapter.with { $0.removesPlus = true }]).receive(
            Party.invite(uri: "sip:+14255550100@198.51.100.1", extra: asserted), from: 0
        ).last!
        #expect(sent.startLine == "INVITE sip:14255550100@192.0.2.2:5060 SIP/2.0")
        #expect(sent.field("From")?.contains("+") == false)
        #expect(sent.field("P-Asserted-Identity") == "\"Ann\" <sip:14255550111@198.51.100.2>")
    }

    @Test("F42: header fields that the profile strips do not leave, by name and by prefix")
    func stripped() {
        let sent = invite("X-Secret: 1\r\nms-one: 1\r\nMS-Two: 2\r\nX-Open: 3\r\n") {
            $0.strippedHeaders = ["X-Secret"]
            $0.strippedPrefixes = ["ms-"]
        }
        #expect(sent.field("X-Secret") == nil)
        #expect(sent.field("ms-one") == nil)
        #expect(sent.field("MS-Two") == nil)
        #expect(sent.field("X-Open") == "3")
    }

    @Test("A display name with quotes and backslashes keeps them")
    func quoting() {
        let sent = EngineBench().receive(
            Party.invite().replacing("\"Ann\" <sip:", "\"A \\\"n\\\\n\" <sip:"), from: 0
        ).last!
        #expect(sent.field("From")?.hasPrefix("\"A \\\"n\\\\n\" <sip:") == true)
    }
}
