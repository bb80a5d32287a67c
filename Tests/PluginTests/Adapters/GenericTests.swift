import PluginHost
import TandemKit
import Testing

/// A gateway that the operator describes, through the built plugin.
@Suite struct GenericTests {
    @Test("Without settings the gateway follows the RFCs and costs no hook")
    func defaults() throws {
        let generic = try BuiltPlugins.adapter("Generic")
        #expect(generic.profile == GatewayProfile())
        #expect(generic.hooks.isEmpty)
        #expect(!generic.keepsState)
    }

    @Test("Every knob of the profile can be set")
    func knobs() throws {
        let profile = try BuiltPlugins.adapter(
            "Generic",
            [
                "accepts-refer": "true", "accepts-prack": "false", "accepts-update": "false",
                "accepts-delayed-offer": "false", "accepts-replaces": "false", "session-timer": "offered",
                "session-expires": "600", "min-se": "120", "collapses-early-dialogs": "true", "max-early-dialogs": "3",
                "fqdn-contact": "true", "user-agent": "Acme/1", "hold": "zero-address", "srtp": "off",
                "accepts-mki": "false", "key-lifetime": "always", "accepts-multipart": "false",
                "identity": "remote-party-id", "relays-identity": "false", "relays-anonymous-identity": "true",
                "diversion": "diversion", "relays-diversions": "false", "shows-diverter-in-from": "true",
                "removes-plus": "true", "user-phone": "true", "strip-headers": "[X-One, X-Two]",
                "strip-prefixes": "[av-]",
            ]
        ).profile
        let expected = GatewayProfile {
            $0.acceptsREFER = true
            $0.acceptsPRACK = false
            $0.acceptsUPDATE = false
            $0.acceptsDelayedOffer = false
            $0.acceptsReplaces = false
            $0.sessionTimer = .offered
            $0.sessionExpires = 600
            $0.minSE = 120
            $0.collapsesEarlyDialogs = true
            $0.maxEarlyDialogs = 3
            $0.needsFQDNContact = true
            $0.userAgent = "Acme/1"
            $0.holdStyle = .zeroAddress
            $0.srtp = .off
            $0.acceptsMKI = false
            $0.keyLifetime = .always
            $0.acceptsMultipart = false
            $0.identity = .remotePartyID
            $0.relaysIdentity = false
            $0.relaysAnonymousIdentity = true
            $0.diversion = .diversion
            $0.relaysDiversions = false
            $0.showsDiverterInFrom = true
            $0.removesPlus = true
            $0.addsUserPhone = true
            $0.strippedHeaders = ["X-One", "X-Two"]
            $0.strippedPrefixes = ["av-"]
        }
        #expect(profile == expected)
    }

    private func adding(_ name: String, _ value: String) -> SettingsValue {
        let map = SettingsValue(.map([SettingsEntry(name, SettingsValue(.scalar(value), line: 2, column: 9), line: 2)]))
        return SettingsValue(.map([SettingsEntry("add-headers", map, line: 1)]))
    }

    private func make(_ settings: SettingsValue) throws -> AdapterInstance {
        guard case .adapter(let instance) = try BuiltPlugins.set.make("g", of: "Generic", settings: settings) else {
            throw BuiltPlugins.WrongRole()
        }
        return instance
    }

    @Test("F42: configured header fields are added to INVITEs that begin a call, and to nothing else")
    func added() throws {
        let generic = try make(adding("X-Acme-Trunk", "7"))
        #expect(generic.hooks == [.egressRequest])
        #expect(try generic.sent(Wire.invite()).headers["X-Acme-Trunk"] == "7")
        #expect(try generic.sent(Wire.request("BYE")).headers["X-Acme-Trunk"] == nil)
    }

    @Test("F42: mandatory header fields can be neither added nor stripped", arguments: ["Via", "from", "CSeq", "v"])
    func protected(name: String) throws {
        #expect(throws: PluginInstanceError.self) { try make(adding(name, "x")) }
        #expect(throws: PluginInstanceError.self) {
            try BuiltPlugins.adapter("Generic", ["strip-headers": "[\(name)]"])
        }
    }

    @Test(
        "F42: a prefix that would take a mandatory header field away is refused",
        arguments: ["f", "Call-", "CONTENT-L"])
    func protectedPrefix(prefix: String) {
        #expect(throws: PluginInstanceError.self) {
            try BuiltPlugins.adapter("Generic", ["strip-prefixes": "[\(prefix)]"])
        }
    }

    @Test("A value that would break the message is refused")
    func injection() {
        #expect(throws: PluginInstanceError.self) { try make(adding("X-A", "1\r\nX-B: 2")) }
    }

    @Test("Of a multipart body only the session description reaches a gateway that takes no other")
    func multipart() throws {
        let sdp = "v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\n"
        var invite = try Wire.invite()
        let parts = [
            MultipartBody.Part(
                contentType: MediaType(type: "application", subtype: "pidf+xml"), content: Array("<x/>".utf8)),
            MultipartBody.Part(contentType: .sdp, content: Array(sdp.utf8)),
        ]
        invite.message.setBody(try #require(MultipartBody(parts: parts, boundary: "b1")))
        let sent = try BuiltPlugins.adapter("Generic", ["accepts-multipart": "false"]).sent(invite)
        #expect(sent.headers[.contentType] == "application/sdp")
        #expect(sent.body.string == sdp)
        #expect(try BuiltPlugins.adapter("Generic").sent(invite).string == invite.string)
    }
}
