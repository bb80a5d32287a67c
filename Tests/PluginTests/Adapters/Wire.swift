import TandemKit

/// Messages and legs for the tests of adapters.
enum Wire {
    static let uc = TrunkFacts(
        name: "uc", advertisedHost: "203.0.113.5", advertisedPort: 5067, transport: .tls, domain: "sbc.contoso.com")
    static let pstn = TrunkFacts(
        name: "pstn", advertisedHost: "203.0.113.6", advertisedPort: 5060, transport: .udp, domain: "203.0.113.6")
    private static let remote = Endpoint(address: IPAddress(ipv4: 0xC000_0201), port: 5060)
    static let ingress = IngressLeg(call: CallNumber(raw: 1), trunk: uc, remote: remote)
    static let egress = EgressLeg(call: CallNumber(raw: 1), trunk: pstn, peerTrunk: uc, remote: remote)

    /// An INVITE with further header fields, each ended by a line break, and a body.
    static func invite(
        uri: String = "sip:+14255550100@203.0.113.5:5067;user=phone", from: String = "<sip:+12065550100@fe>;tag=a",
        fields: String = "", sdp: String = ""
    ) throws -> SIPRequest {
        try request("INVITE", uri: uri, from: from, fields: fields, sdp: sdp)
    }

    static func request(
        _ method: String, uri: String = "sip:1@b", from: String = "<sip:+12065550100@fe>;tag=a", fields: String = "",
        sdp: String = ""
    ) throws -> SIPRequest {
        let to = method == "INVITE" ? "<\(uri)>" : "<\(uri)>;tag=b"
        let type = sdp.isEmpty ? "" : "Content-Type: application/sdp\n"
        let head = """
            \(method) \(uri) SIP/2.0
            Via: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bK1
            From: \(from)
            To: \(to)
            Call-ID: c1
            CSeq: 1 \(method)
            Max-Forwards: 70
            \(fields)\(type)Content-Length: \(sdp.utf8.count)


            """
        return try parse(head, body: sdp).asRequest!
    }

    static func response(_ status: String, fields: String = "", sdp: String = "") throws -> SIPResponse {
        let type = sdp.isEmpty ? "" : "Content-Type: application/sdp\n"
        let head = """
            SIP/2.0 \(status)
            Via: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bK1
            From: <sip:+12065550100@fe>;tag=a
            To: <sip:+14255550100@b>;tag=b
            Call-ID: c1
            CSeq: 1 INVITE
            \(fields)\(type)Content-Length: \(sdp.utf8.count)


            """
        return try parse(head, body: sdp).asResponse!
    }

    private static func parse(_ head: String, body: String) throws -> SIPMessage {
        var message = SIPMessage()
        let lines = head.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
        try Array((lines + body).utf8).withUnsafeBytes { try message.receive($0) }
        return message
    }

    /// What a Mediation Server offers on a trunk with optional SRTP (research trace).
    static let lyncOffer = [
        "v=0", "o=- 34278 2 IN IP4 10.0.0.5", "s=session", "c=IN IP4 10.0.0.5", "b=CT:1000", "t=0 0",
        "a=x-bypassid:7a2c5f4e-0000-0000-0000-000000000000", "m=audio 51714 RTP/AVP 8 0 13 101", "c=IN IP4 10.0.0.5",
        "a=label:Audio", "a=rtcp:51715", "a=tcap:1 RTP/SAVP", "a=pcfg:1 t=1",
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^31|1:1",
        "a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:9cLmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^31",
        "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=ptime:20", "",
    ].joined(separator: "\r\n")
}

extension AdapterInstance {
    /// What the core sees of a request from the vendor.
    func canonical(_ request: SIPRequest) throws -> SIPRequest {
        var request = request
        var state = PluginState()
        try ingress(&request, on: Wire.ingress, state: &state)
        return request
    }

    /// What the core sees of a response from the vendor.
    func canonical(_ response: SIPResponse) throws -> SIPResponse {
        var response = response
        var state = PluginState()
        try ingress(&response, on: Wire.egress, state: &state)
        return response
    }

    /// What the vendor sees of a request.
    func sent(_ request: SIPRequest) throws -> SIPRequest {
        var request = request
        var state = PluginState()
        try egress(&request, on: Wire.egress, state: &state)
        return request
    }

    /// What the vendor sees of a response.
    func sent(_ response: SIPResponse) throws -> SIPResponse {
        var response = response
        var state = PluginState()
        try egress(&response, on: Wire.ingress, state: &state)
        return response
    }
}
