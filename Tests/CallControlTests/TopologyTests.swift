import CallControl
import TandemKit
import Testing

@Suite struct TopologyTests {
    /// What the callee must not learn of the caller's side, and the other way round. Bodies are the media relay's.
    static func leaks(_ text: String, _ secrets: [String]) -> [String] {
        let head = text.range(of: "\r\n\r\n").map { String(text[..<$0.lowerBound]) } ?? text
        return secrets.filter { head.range(of: $0) != nil }
    }

    let callerSecrets = [
        "192.0.2.1:", "192.0.2.1>", "198.51.100.1", "atag", "acall", "z9hG4bKa1", "proxy.caller", "Ann's phone",
    ]
    let calleeSecrets = ["192.0.2.2", "198.51.100.2", "btag", "proxy.callee", "Bob's phone"]
    let extra =
        "Record-Route: <sip:proxy.caller;lr>\r\nUser-Agent: Ann's phone\r\nCall-Info: <http://192.0.2.1/photo>\r\n"
        + "In-Reply-To: acall@192.0.2.1\r\nReplaces: acall@192.0.2.1;to-tag=1;from-tag=2\r\n"
        + "Warning: 399 192.0.2.1 \"x\"\r\nP-Charging-Vector: icid-value=1;icid-generated-at=192.0.2.1\r\n"
        + "Proxy-Authorization: Digest username=\"ann\", realm=\"192.0.2.1\"\r\nX-Passes: yes\r\n"

    @Test("Nothing of one side's addresses and identifiers shows on the other; unknown fields pass")
    func wholeCall() throws {
        let bench = EngineBench()
        let invite = try #require(bench.receive(Party.invite(extra: extra), from: 0).to(1).first("INVITE"))
        #expect(TopologyTests.leaks(invite.text, callerSecrets) == [])
        #expect(invite.field("X-Passes") == "yes")
        #expect(invite.field("Contact") == "<sip:198.51.100.2:5060>")
        #expect(invite.fields("Via").count == 1)
        #expect(invite.field("From")?.hasPrefix("\"Ann\" <sip:+14255550199@198.51.100.2>;tag=tdm03") == true)

        let response = Party.response(
            200, to: invite, body: Party.answer,
            extra: "Record-Route: <sip:proxy.callee;lr>\r\nServer: Bob's phone\r\nX-Also: yes\r\n")
        let answered = bench.receive(response, from: 1)
        let ok = try #require(answered.to(0).first("SIP/2.0 200"))
        #expect(TopologyTests.leaks(ok.text, calleeSecrets) == [])
        #expect(ok.field("X-Also") == "yes")
        #expect(ok.fields("Record-Route") == ["<sip:proxy.caller;lr>"])
        #expect(answered.to(1)[0].fields("Route") == ["<sip:proxy.callee;lr>"])

        bench.receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKa2"), from: 0)
        let info = bench.receive(
            Party.callerRequest("INFO", in: ok, cseq: 2, branch: "z9hG4bKa3", extra: "User-Agent: Ann's phone\r\n"),
            from: 0)
        #expect(TopologyTests.leaks(info.to(1)[0].text, callerSecrets) == [])
        let bye = bench.receive(Party.calleeRequest("BYE", in: invite, cseq: 1, branch: "z9hG4bKb1"), from: 1)
        let relayed = try #require(bye.to(0).first("BYE"))
        #expect(TopologyTests.leaks(relayed.text, calleeSecrets) == [])
        #expect(relayed.field("Route") == "<sip:proxy.caller;lr>")
    }

    @Test("Our tags and Call-IDs carry the shard's number")
    func shardNumber() throws {
        let bench = EngineBench()
        let invite = bench.receive(Party.invite(), from: 0).last!
        #expect(invite.field("Call-ID")?.hasPrefix("tdm03") == true)
        #expect(invite.field("From")?.parameter("tag")?.hasPrefix("tdm03") == true)
        #expect(invite.field("Via")?.parameter("branch")?.hasPrefix("z9hG4bKtdm03") == true)
    }

    @Test("Extensions that end at us are named on our own account; what we don't know is not")
    func extensions() throws {
        let supported = EngineBench().receive(Party.invite(extra: "Supported: gruu, histinfo\r\n"), from: 0).last!
        #expect(supported.fields("Supported") == ["timer, 100rel, histinfo"])
        let required = EngineBench().receive(Party.invite(extra: "Require: gruu, 100rel\r\n"), from: 0).last!
        #expect(required.startLine == "SIP/2.0 420 Bad Extension")
        #expect(required.field("Unsupported") == "gruu")
    }

    @Test("The session timer of one side is nothing that the other side sees")
    func sessionTimer() throws {
        let bench = EngineBench()
        let invite = bench.receive(
            Party.invite(extra: "Supported: timer\r\nSession-Expires: 1700\r\nMin-SE: 91\r\n"), from: 0
        ).last!
        #expect(invite.field("Session-Expires") == nil)
        #expect(invite.field("Min-SE") == nil)
        let ok = bench.receive(
            Party.response(
                200, to: invite, body: Party.answer,
                extra: "Require: timer\r\nSession-Expires: 1500;refresher=uas\r\n"), from: 1
        ).to(0)[0]
        #expect(ok.field("Session-Expires") == "1700;refresher=uac")
    }
}
