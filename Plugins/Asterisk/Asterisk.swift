import TandemKit

/// Registers the adapter of this file.
@c(tandem_plugin) public func tandemPlugin(_ host: UnsafeMutableRawPointer) {
    Plugin.register(Asterisk.self, in: host)
}

/// Asterisk and FreePBX, with either of their SIP drivers.
struct Asterisk: GatewayAdapter {
    static let version = "0.1"

    let settings: AsteriskSettings

    init(settings: AsteriskSettings) { self.settings = settings }

    var profile: GatewayProfile {
        GatewayProfile {
            $0.acceptsPRACK = settings.driver == .pjsip
            $0.acceptsUPDATE = settings.driver == .pjsip
            $0.holdStyle = .sendonly
            // Keys with an MKI are accepted and then can't be decoded (asterisk issue 825); a key lifetime was long
            // refused (ASTERISK-17899).
            $0.srtp = settings.srtp
            $0.acceptsMKI = false
            $0.keyLifetime = .omitted
            $0.identity = settings.identity
            $0.diversion = settings.diversion
            $0.removesPlus = settings.removesPlus
            $0.needsFQDNContact = false
            $0.strippedPrefixes = ["X-Asterisk-"]
        }
    }

    var hooks: AdapterHooks { [.ingressRequest, .ingressResponse] }

    func ingress(_ request: inout SIPRequest, on leg: IngressLeg) throws(AdapterError) {
        HangupCause.makeCanonical(&request.headers)
    }

    func ingress(_ response: inout SIPResponse, on leg: EgressLeg) throws(AdapterError) {
        HangupCause.makeCanonical(&response.headers)
    }
}
