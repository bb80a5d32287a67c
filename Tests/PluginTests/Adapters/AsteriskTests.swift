import TandemKit
import Testing

/// Asterisk's dialect in both directions, through the built plugin.
@Suite struct AsteriskTests {
    private let asterisk: AdapterInstance

    init() throws { asterisk = try BuiltPlugins.adapter("Asterisk") }

    @Test("F46: of Lync's two keys Asterisk is offered the one without MKI, and without lifetime")
    func keys() throws {
        let lync = try BuiltPlugins.adapter("Lync")
        let canonical = try lync.canonical(Wire.invite(sdp: Wire.lyncOffer))
        let sdp = try #require(try asterisk.sent(canonical).sdp)
        #expect(sdp.media[0].transport == "RTP/AVP")
        #expect(
            sdp.media[0].section.attributes("crypto")
                == ["2 AES_CM_128_HMAC_SHA1_80 inline:9cLmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"])
    }

    @Test("Lync's inactive reaches Asterisk as sendonly, so that it plays its music")
    func hold() throws {
        let lync = try BuiltPlugins.adapter("Lync")
        let canonical = try lync.canonical(Wire.invite(sdp: Wire.lyncOffer + "a=inactive\r\n"))
        #expect(try asterisk.sent(canonical).sdp?.media[0].direction == .sendonly)
    }

    @Test("Asterisk's own hang-up cause becomes a Reason with its Q.850 cause")
    func hangupCause() throws {
        let fields = "X-Asterisk-HangupCause: No circuit available\nX-Asterisk-HangupCauseCode: 34\n"
        let response = try asterisk.canonical(Wire.response("503 Service Unavailable", fields: fields))
        #expect(response.headers.values(.reason) == ["Q.850;cause=34"])
        #expect(!response.string.contains("X-Asterisk"))
        let bye = try asterisk.canonical(Wire.request("BYE", fields: fields))
        #expect(Failure.cause(in: bye.headers) == .noCircuitAvailable)
    }

    @Test("A Reason that is there already is not doubled; a cause that is none is dropped")
    func reasonKept() throws {
        let both = "Reason: Q.850;cause=17\nX-Asterisk-HangupCauseCode: 34\n"
        #expect(
            try asterisk.canonical(Wire.response("486 Busy Here", fields: both)).headers.values(.reason) == [
                "Q.850;cause=17"
            ])
        let none = "X-Asterisk-HangupCauseCode: 0\n"
        #expect(try asterisk.canonical(Wire.response("486 Busy Here", fields: none)).headers.values(.reason).isEmpty)
    }

    @Test("chan_sip speaks no PRACK and no UPDATE; chan_pjsip does")
    func drivers() throws {
        #expect(asterisk.profile.acceptsPRACK)
        let old = try BuiltPlugins.adapter("Asterisk", ["driver": "chan_sip"])
        #expect(!old.profile.acceptsPRACK)
        #expect(!old.profile.acceptsUPDATE)
    }

    @Test("Contact shows our address, identities go in the header fields that Asterisk was told to trust")
    func profile() throws {
        #expect(!asterisk.profile.needsFQDNContact)
        #expect(asterisk.profile.identity == .pAssertedIdentity)
        #expect(asterisk.profile.diversion == .diversion)
        let remote = try BuiltPlugins.adapter(
            "Asterisk", ["identity": "remote-party-id", "srtp": "off", "removes-plus": "true"])
        #expect(remote.profile.identity == .remotePartyID)
        #expect(remote.profile.srtp == .off)
        #expect(remote.profile.removesPlus)
    }

    @Test("F40: a call that Lync forwarded tells Asterisk by Diversion, and back by History-Info")
    func diversion() throws {
        let lync = try BuiltPlugins.adapter("Lync")
        let history =
            "History-Info: <sip:+14255550001@med;user=phone>;index=1;ms-retarget-reason=forwarding,"
            + "<sip:+14255550100@med;user=phone>;index=1.1\n"
        let canonical = try lync.canonical(Wire.invite(fields: history))
        let identity = Identity(reading: canonical, profile: lync.profile)
        var request = try Wire.invite()
        identity.writeHeaders(
            to: &request, target: PhoneNumber("+14255550100"), trunk: Wire.pstn, profile: asterisk.profile)
        #expect(
            request.headers.values(.diversion)
                == ["<sip:+14255550001@203.0.113.6>;reason=unconditional;privacy=off"])
        let back = Identity(reading: try asterisk.canonical(request), profile: asterisk.profile)
        var toLync = try Wire.invite()
        back.writeHeaders(to: &toLync, target: PhoneNumber("+14255550100"), trunk: Wire.uc, profile: lync.profile)
        #expect(
            toLync.headers.values(.historyInfo) == [
                "<sip:+14255550001@sbc.contoso.com;user=phone?Reason=SIP%3Bcause%3D302>;index=1",
                "<sip:+14255550100@sbc.contoso.com;user=phone;cause=302>;index=1.1",
            ])
    }
}
