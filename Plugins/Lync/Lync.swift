import TandemKit

/// Registers the adapter of this file.
@c(tandem_plugin) public func tandemPlugin(_ host: UnsafeMutableRawPointer) {
    Plugin.register(Lync.self, in: host)
}

/// The Mediation Server of Lync Server 2010 and 2013 and of Skype for Business Server: we are the gateway it knows.
struct Lync: GatewayAdapter {
    static let version = "0.1"

    let settings: LyncSettings

    init(settings: LyncSettings) { self.settings = settings }

    var profile: GatewayProfile {
        GatewayProfile {
            // A Mediation Server takes no REFER from a gateway: transfers are re-INVITEs.
            $0.acceptsREFER = false
            $0.acceptsReplaces = false
            $0.holdStyle = settings.hold
            $0.srtp = settings.srtp
            $0.identity = .pAssertedIdentity
            $0.relaysIdentity = settings.forwardsPAI
            $0.relaysAnonymousIdentity = settings.forwardsAnonymousPAI
            $0.diversion = .historyInfo
            $0.relaysDiversions = settings.forwardsCallHistory
            $0.addsUserPhone = true
            // A TLS trunk names its peer by FQDN, and Lync compares.
            $0.needsFQDNContact = true
            $0.maxEarlyDialogs = settings.maxEarlyDialogs
            $0.strippedPrefixes = ["ms-"]
        }
    }

    func ingress(_ request: inout SIPRequest, on leg: IngressLeg) throws(AdapterError) {
        if request.method == .invite {
            PhoneContext.removeInternal(&request)
            RetargetReason.makeCanonical(&request.headers)
        }
        MicrosoftFields.remove(from: &request.headers)
        MicrosoftMedia.removeAttributes(from: &request.message)
    }

    func ingress(_ response: inout SIPResponse, on leg: EgressLeg) throws(AdapterError) {
        if response.status >= 300 { MicrosoftDiagnostics.makeCanonical(&response) }
        MicrosoftFields.remove(from: &response.headers)
        MicrosoftMedia.removeAttributes(from: &response.message)
    }

    func egress(_ request: inout SIPRequest, on leg: EgressLeg) throws(AdapterError) {
        if request.method == .invite { ReliableProvisional.offerInsteadOfRequire(&request.headers) }
    }

    func egress(_ response: inout SIPResponse, on leg: IngressLeg) throws(AdapterError) {
        if response.status >= 300 { MicrosoftDiagnostics.write(to: &response, leg) }
    }
}
