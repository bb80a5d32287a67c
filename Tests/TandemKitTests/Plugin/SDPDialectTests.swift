import TandemKit
import Testing

/// Hold and SRTP of a profile, between the canonical form and the wire.
@Suite struct SDPDialectTests {
    struct Vendor: GatewayAdapter {
        let profile: GatewayProfile
        init(settings: NoSettings) { profile = GatewayProfile() }
        init(_ change: (inout GatewayProfile) -> Void) { profile = GatewayProfile(change) }
        var hooks: AdapterHooks { [] }
    }

    /// One leg towards a vendor: what we send and what comes back.
    struct Leg {
        let instance: AdapterInstance
        var egress = AdapterInstanceTests.egress
        var state = PluginState()

        init(_ change: (inout GatewayProfile) -> Void) { instance = .of(Vendor(change), named: "vendor") }

        mutating func send(offer: String?) throws -> String {
            var request = SIPRequest(method: .invite, uri: "sip:1@b")
            request.sdp = try offer.map { try SessionDescription($0) }
            try instance.egress(&request, on: egress, state: &state)
            return request.body.string
        }

        mutating func receive(answer: String) throws -> String {
            var response = SIPResponse(to: Leg.invite, status: 200, toTag: Bytes("t"))
            response.sdp = try SessionDescription(answer)
            try instance.ingress(&response, on: egress, state: &state)
            return response.body.string
        }

        mutating func receive(offer: String?) throws -> String {
            var request = SIPRequest(method: .invite, uri: "sip:1@b")
            request.sdp = try offer.map { try SessionDescription($0) }
            try instance.ingress(&request, on: egress.reversed, state: &state)
            return request.body.string
        }

        mutating func send(answer: String) throws -> String {
            var response = SIPResponse(to: Leg.invite, status: 200, toTag: Bytes("t"))
            response.sdp = try SessionDescription(answer)
            try instance.egress(&response, on: egress.reversed, state: &state)
            return response.body.string
        }

        static let invite: SIPRequest = {
            var request = SIPRequest(method: .invite, uri: "sip:1@b")
            request.headers.append(.cseq, "1 INVITE")
            return request
        }()
    }

    private static let mki = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA|2^31|1:1\r\n"
    private static let plainKey = "a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:BBBB|2^31\r\n"

    private func sdp(_ media: String, transport: String = "RTP/AVP", address: String = "192.0.2.1") -> String {
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 \(address)\r\nt=0 0\r\nm=audio 4000 \(transport) 0\r\n\(media)"
    }

    @Test("A profile without wishes leaves every description as it is")
    func transparent() throws {
        var leg = Leg { _ in }
        let text = sdp("a=inactive\r\n\(Self.mki)")
        #expect(try leg.send(offer: text) == text)
        #expect(try leg.receive(answer: text) == text)
        #expect(leg.instance.hooks.isEmpty)
    }

    @Test(
        "F58 in part: hold reaches the peer in its style, and its answer fits the offer that was made",
        arguments: [
            ("a=inactive\r\n", HoldStyle.sendonly, "a=sendonly\r\n", "a=recvonly\r\n", "a=inactive\r\n"),
            ("a=sendonly\r\n", .inactive, "a=inactive\r\n", "a=inactive\r\n", "a=inactive\r\n"),
            ("a=sendonly\r\n", .sendonly, "a=sendonly\r\n", "a=sendrecv\r\n", "a=recvonly\r\n"),
        ])
    func hold(offer: String, style: HoldStyle, sent: String, answer: String, passed: String) throws {
        var leg = Leg { $0.holdStyle = style }
        #expect(try leg.send(offer: sdp(offer)) == sdp(sent))
        #expect(try leg.receive(answer: sdp(answer)) == sdp(passed))
        // The answer in the 200 is the one of the 183 before.
        #expect(try leg.receive(answer: sdp(answer)) == sdp(passed))
        #expect(try leg.send(offer: sdp("")) == sdp(""))
        #expect(try leg.receive(answer: sdp("a=sendrecv\r\n")) == sdp("a=sendrecv\r\n"))
    }

    @Test("F58 in part: the zero address of old peers is written for them and understood from them")
    func zeroAddress() throws {
        var leg = Leg { $0.holdStyle = .zeroAddress }
        #expect(try leg.send(offer: sdp("a=sendonly\r\n")).contains("c=IN IP4 0.0.0.0\r\n"))
        #expect(try leg.receive(answer: sdp("")) == sdp("a=recvonly\r\n"))
        #expect(try leg.receive(offer: sdp("", address: "0.0.0.0")) == sdp("a=inactive\r\n"))
        let ipv6 = "v=0\r\no=- 1 1 IN IP6 2001:db8::1\r\ns=-\r\nc=IN IP6 ::\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"
        let repaired = ipv6.replacing("IP6 ::\r\n", with: "IP6 2001:db8::1\r\n")
        #expect(try leg.receive(offer: ipv6) == repaired + "a=inactive\r\n")
    }

    @Test("F46: only keys that the peer can use are offered to it")
    func usableKeys() throws {
        var leg = Leg {
            $0.acceptsMKI = false
            $0.keyLifetime = .omitted
        }
        let key = "a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:BBBB\r\n"
        #expect(try leg.send(offer: sdp(Self.mki + Self.plainKey)) == sdp(key))
        #expect(try leg.send(offer: sdp(Self.mki)) == sdp(""))
        let error = #expect(throws: AdapterError.self) {
            try leg.send(offer: sdp(Self.mki, transport: "RTP/SAVP"))
        }
        #expect(error?.failure.status == 488)
    }

    @Test("F46: a key without lifetime gets one for a peer that insists, in offers and answers")
    func lifetime() throws {
        var leg = Leg { $0.keyLifetime = .always }
        let bare = sdp("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA\r\n")
        let complete = sdp("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA|2^31\r\n")
        #expect(try leg.send(offer: bare) == complete)
        #expect(try leg.send(answer: bare) == complete)
    }

    @Test("F46: keys with and without MKI reach a peer that takes both")
    func bothKeys() throws {
        var leg = Leg { $0.srtp = .capabilityNegotiation }
        let text = sdp(Self.mki + Self.plainKey, transport: "RTP/SAVP")
        #expect(try leg.send(offer: text) == text)
    }

    @Test("F45 in part: Optional SRTP is written and read as capability negotiation")
    func capability() throws {
        var leg = Leg { $0.srtp = .capabilityNegotiation }
        let tail = "a=tcap:1 RTP/SAVP\r\na=pcfg:1 t=1\r\n"
        #expect(try leg.send(offer: sdp(Self.plainKey)) == sdp(Self.plainKey + tail))
        let answer = sdp(Self.plainKey + "a=acfg:1 t=1\r\n", transport: "RTP/SAVP")
        #expect(try leg.receive(answer: answer) == sdp(Self.plainKey))
        #expect(try leg.receive(offer: sdp(tail + Self.plainKey)) == sdp(Self.plainKey))
        #expect(try leg.send(answer: sdp(Self.plainKey)) == answer)
        #expect(try leg.send(answer: sdp("")) == sdp(""))
    }

    @Test("F45 in part: A peer that requires SRTP gets it required, and the other side sees what it offered")
    func required() throws {
        var leg = Leg { $0.srtp = .required }
        let secure = sdp(Self.plainKey, transport: "RTP/SAVP")
        #expect(try leg.send(offer: sdp(Self.plainKey)) == secure)
        #expect(try leg.receive(answer: secure) == sdp(Self.plainKey))
        #expect(try leg.send(offer: secure) == secure)
        #expect(try leg.receive(answer: secure) == secure)
        #expect(throws: AdapterError.self) { try leg.send(offer: sdp("")) }
    }

    @Test("F45 in part: A peer without SRTP gets none; what requires it is refused")
    func off() throws {
        var leg = Leg { $0.srtp = .off }
        #expect(try leg.send(offer: sdp(Self.plainKey)) == sdp(""))
        #expect(throws: AdapterError.self) { try leg.send(offer: sdp(Self.plainKey, transport: "RTP/SAVP")) }
    }

    @Test(
        "F03: on a TCP trunk SRTP is off, whatever its form is set to; what passes as it is goes on passing",
        arguments: [SRTPForm.off, .required, .capabilityNegotiation, .asIs])
    func overTCP(form: SRTPForm) throws {
        var leg = Leg { $0.srtp = form }
        let trunk = TrunkFacts(name: "pstn", advertisedHost: "203.0.113.5", advertisedPort: 5060, transport: .tcp)
        leg.egress = EgressLeg(call: CallNumber(raw: 255), trunk: trunk, remote: leg.egress.remote, attempt: 1)
        let (optional, required) = (sdp(Self.plainKey), sdp(Self.plainKey, transport: "RTP/SAVP"))
        if form == .asIs {
            #expect(try leg.send(offer: required) == required)
        } else {
            #expect(try leg.send(offer: optional) == sdp(""))
            #expect(throws: AdapterError.self) { try leg.send(offer: required) }
        }
    }

    @Test("In a call begun without an offer the response offers and is treated as such")
    func delayedOffer() throws {
        var leg = Leg { $0.srtp = .capabilityNegotiation }
        _ = try leg.receive(offer: nil)
        let tail = "a=tcap:1 RTP/SAVP\r\na=pcfg:1 t=1\r\n"
        #expect(try leg.send(answer: sdp(Self.plainKey)) == sdp(Self.plainKey + tail))
        _ = try leg.send(offer: nil)
        #expect(try leg.receive(answer: sdp(tail + Self.plainKey)) == sdp(Self.plainKey))
    }

    @Test("A description that has to be changed and can't be read is refused with 400, not passed on half")
    func unreadable() {
        let instance = AdapterInstance.of(Vendor { $0.srtp = .off }, named: "vendor")
        var request = SIPRequest(method: .invite, uri: "sip:1@b")
        request.setBody(Bytes("v=0\r\nnonsense\r\na=crypto:1 x\r\n"), contentType: "application/sdp")
        var state = PluginState()
        let error = #expect(throws: AdapterError.self) {
            try instance.egress(&request, on: AdapterInstanceTests.egress, state: &state)
        }
        #expect(error?.failure.status == 400)
        #expect(error?.failure.diagnostic == .malformedMessage)
    }
}
