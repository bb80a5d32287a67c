import TandemKit
import Testing

/// The Mediation Server's dialect in both directions, through the built plugin.
@Suite struct LyncTests {
    private let lync: AdapterInstance

    init() throws { lync = try BuiltPlugins.adapter("Lync") }

    private static let internalFields = """
        ms-call-source: non-ms-rtc
        Ms-Application-Via: SIP;pool.contoso.com;ms-server=med
        ms-mediation-generated: yes
        Supported: 100rel, gruu-10, replaces
        Supported: ms-early-media, ms-bypass
        CONTACT: <sip:fe.contoso.com:5067;transport=Tls;ms-opaque=d7a>;isGateway
        X-Kept: ms-kept

        """

    @Test("F43: internal header fields, option tags and parameters never leak from a request")
    func requestHygiene() throws {
        let request = try lync.canonical(
            Wire.invite(
                from: "\"Ann\" <sip:+12065550100;x=1@contoso.com;user=phone;ms-foo=1>;epid=1A2B;tag=a",
                fields: Self.internalFields))
        let text = request.string
        for word in ["ms-call", "ms-app", "ms-med", "ms-early", "ms-bypass", "ms-foo", "gruu", "epid", "isgateway"] {
            #expect(!text.lowercased().contains(word))
        }
        #expect(request.headers.values(.supported) == ["100rel, replaces"])
        #expect(request.headers["X-Kept"] == "ms-kept")
        #expect(request.from.parameters["tag"] == "a")
        #expect(request.from.displayName == "Ann")
        #expect(request.headers[.contact] == "<sip:fe.contoso.com:5067;transport=Tls;ms-opaque=d7a>")
    }

    @Test("F43: internal header fields never leak from a response")
    func responseHygiene() throws {
        let response = try lync.canonical(Wire.response("183 Session Progress", fields: Self.internalFields))
        #expect(!response.string.contains("ms-call"))
        #expect(response.headers.values(.supported) == ["100rel, replaces"])
    }

    @Test("F43: nobody else's internal header fields reach Lync")
    func foreignFields() {
        #expect(lync.profile.strippedPrefixes == ["ms-"])
    }

    @Test("A message without anything internal leaves byte for byte as it came")
    func untouched() throws {
        let request = try Wire.invite(fields: "Supported: 100rel\nP-Asserted-Identity: <sip:+12065550100@fe>\n")
        #expect(try lync.canonical(request).string == request.string)
    }

    @Test("Optional SRTP becomes keys beside RTP/AVP; label and rtcp stay, internal attributes go")
    func canonicalOffer() throws {
        let request = try lync.canonical(Wire.invite(sdp: Wire.lyncOffer))
        let expected = Wire.lyncOffer
            .replacing("a=x-bypassid:7a2c5f4e-0000-0000-0000-000000000000\r\n", with: "")
            .replacing("a=tcap:1 RTP/SAVP\r\na=pcfg:1 t=1\r\n", with: "")
        #expect(request.body.string == expected)
        #expect(request.headers[.contentLength] == "\(expected.utf8.count)")
    }

    @Test("Keys beside RTP/AVP are offered to Lync as capability negotiation")
    func sentOffer() throws {
        let offer = Wire.lyncOffer.replacing("a=tcap:1 RTP/SAVP\r\na=pcfg:1 t=1\r\n", with: "")
        let sent = try #require(try lync.sent(Wire.invite(sdp: offer)).sdp)
        #expect(sent.media[0].transport == "RTP/AVP")
        #expect(sent.media[0].section.attribute("tcap") == "1 RTP/SAVP")
        #expect(sent.media[0].section.attribute("pcfg") == "1 t=1")
    }

    @Test("Lync's hold is canonical hold, whichever style it has", arguments: ["inactive", "sendonly"])
    func hold(direction: String) throws {
        let request = try lync.canonical(Wire.invite(sdp: Wire.lyncOffer + "a=\(direction)\r\n"))
        #expect(request.sdp?.isHold == true)
    }

    @Test("Contexts that only Lync knows go; those of RFC 3966 stay")
    func phoneContext() throws {
        let request = try lync.canonical(
            Wire.invite(
                uri: "sip:0100;phone-context=dialstring@gw;user=phone",
                from: "<sip:7123;phone-context=enterprise@contoso.com;user=phone>;tag=a"))
        #expect(request.requestURI.string == "sip:0100@gw;user=phone")
        #expect(request.to.uri.description == "sip:0100@gw;user=phone")
        #expect(request.from.uri.description == "sip:7123@contoso.com;user=phone")
        let kept = try Wire.invite(
            uri: "sip:0100;phone-context=+1425@gw", from: "<sip:7123;phone-context=a.com@b>;tag=a")
        #expect(try lync.canonical(kept).string == kept.string)
    }

    @Test("What the adapter changed of a number is its first step; the wire form stays known")
    func wireForm() throws {
        let received = try Wire.invite(uri: "sip:0100;phone-context=dialstring@gw;user=phone")
        let canonical = try lync.canonical(received)
        let number = try #require(PhoneNumber(uri: canonical.requestURI))
            .received(as: received.requestURI, through: lync.name)
        #expect(number.received == "0100;phone-context=dialstring")
        #expect(number.text == "0100")
        #expect(
            number.steps == [
                NumberStep(rule: "ingress", plugin: "lync", before: "0100;phone-context=dialstring", after: "0100")
            ])
    }

    @Test("F40: the reasons of a forwarded call become causes of RFC 7044")
    func retargetReason() throws {
        let history =
            "HISTORY-INFO: <sip:+14255550001@med;user=phone>;index=1;ms-retarget-reason=forwarding,"
            + "<sip:+14255550100@med;user=phone>;index=1.1\n"
        let request = try lync.canonical(Wire.invite(fields: history))
        #expect(!request.string.contains("ms-retarget"))
        let diversions = Identity(reading: request, profile: lync.profile).diversions
        #expect(diversions.map(\.number.text) == ["+14255550001"])
        #expect(diversions.map(\.reason) == [.unconditional])
    }

    @Test(
        "F44: ms-diagnostics of a failure becomes the canonical failure",
        arguments: [
            ("12004", DiagnosticCode.noRoute), ("10404", .peerRefused),
        ])
    func readDiagnostics(id: String, code: DiagnosticCode) throws {
        let field =
            "ms-diagnostics: \(id);source=\"fe.contoso.com\";reason=\"No; route\";component=\"MediationServer\"\n"
        let response = try lync.canonical(Wire.response("404 Not Found", fields: field))
        let failure = Failure(reading: response)
        #expect(failure.status == 404)
        #expect(failure.diagnostic == code)
        #expect(failure.detail == "Lync \(id): No; route")
        #expect(!response.string.contains("ms-diagnostics"))
    }

    @Test("A Q.850 cause beside ms-diagnostics is kept")
    func causeBesideDiagnostics() throws {
        let fields = "Reason: Q.850;cause=34\nms-diagnostics-public: 12000;reason=\"x\"\n"
        let failure = try Failure(reading: lync.canonical(Wire.response("503 Service Unavailable", fields: fields)))
        #expect(failure.cause == .noCircuitAvailable)
        #expect(failure.diagnostic == .noTrunkAvailable)
    }

    @Test("F44: a failure tells Lync number and sentence in its own header field")
    func writeDiagnostics() throws {
        let failure = Failure(status: 404, cause: .unallocatedNumber, diagnostic: .noRoute)
        var response = try Wire.response("404 Not Found")
        failure.write(to: &response.headers)
        let sent = try lync.sent(response)
        #expect(
            sent.headers["ms-diagnostics"]
                == "12004;source=\"sbc.contoso.com\";reason=\"\(DiagnosticCode.noRoute.sentence)\";component=\"Tandem\";"
                + "SipResponseCode=404;SipResponseText=\"Not Found\"")
        #expect(sent.headers["ms-diagnostics-public"]?.hasPrefix("12004;reason=") == true)
        #expect(try lync.sent(Wire.response("180 Ringing")).headers["ms-diagnostics"] == nil)
    }

    @Test("100rel is offered to Lync, never required in a request")
    func reliableProvisional() throws {
        let sent = try lync.sent(Wire.invite(fields: "Require: 100rel, timer\nSupported: replaces\n"))
        #expect(sent.headers[.require] == "timer")
        #expect(sent.headers[.supported] == "replaces, 100rel")
        let only = try lync.sent(Wire.invite(fields: "Require: 100rel\nSupported: 100rel\n"))
        #expect(only.headers[.require] == nil)
        #expect(only.headers[.supported] == "100rel")
    }

    @Test("The profile says what a Mediation Server takes, and the settings of its trunk change it")
    func profile() throws {
        #expect(!lync.profile.acceptsREFER)
        #expect(lync.profile.addsUserPhone)
        #expect(lync.profile.needsFQDNContact)
        #expect(lync.profile.srtp == .capabilityNegotiation)
        let strict = try BuiltPlugins.adapter(
            "Lync",
            ["srtp": "required", "forward-pai": "false", "forward-call-history": "false", "max-early-dialogs": "1"])
        #expect(strict.profile.srtp == .required)
        #expect(!strict.profile.relaysIdentity)
        #expect(!strict.profile.relaysDiversions)
        #expect(strict.profile.maxEarlyDialogs == 1)
    }
}
