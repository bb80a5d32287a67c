import TandemKit

struct AcmeGateway: GatewayAdapter {
    struct Settings: PluginSettings {
        var hidesCaller = false
        static var fields: [Field<Self>] { [.bool("hides-caller", \.hidesCaller, "Send no identity")] }
    }
    let settings: Settings
    init(settings: Settings) { self.settings = settings }
    var profile: GatewayProfile {
        GatewayProfile {
            $0.acceptsREFER = false
            $0.holdStyle = .inactive
        }
    }

    func egress(_ request: inout SIPRequest, on leg: EgressLeg) throws(AdapterError) {
        guard request.method == .invite, request.toTag.isEmpty else { return }  // begins a call
        request.uri.parameters["user"] = "phone"  // RFC 3261 §19.1.1
        if settings.hidesCaller { request.headers.remove(.pAssertedIdentity) }
    }
}

/// Tells the host what this file holds.
@c(tandem_plugin) public func tandemPlugin(_ host: UnsafeMutableRawPointer) {
    Plugin.register(AcmeGateway.self, in: host)
}
