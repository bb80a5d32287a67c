import TandemKit

/// Registers the adapter of this file.
@c(tandem_plugin) public func tandemPlugin(_ host: UnsafeMutableRawPointer) {
    Plugin.register(Generic.self, in: host)
}

/// A gateway whose habits the operator describes: every knob of `GatewayProfile`, and header fields to add.
struct Generic: GatewayAdapter {
    static let version = "0.1"

    let settings: GenericSettings
    private let added: [(name: HeaderName, value: String)]

    init(settings: GenericSettings) {
        self.settings = settings
        added = settings.addHeaders.sorted { $0.key < $1.key }.compactMap { name, value in
            HeaderName(name).map { ($0, value) }
        }
    }

    var profile: GatewayProfile {
        var profile = settings.profile
        profile.strippedHeaders = settings.stripHeaders.compactMap(HeaderName.init)
        return profile
    }

    var hooks: AdapterHooks { added.isEmpty ? [] : [.egressRequest] }

    /// Adds the configured header fields to requests that begin a call.
    func egress(_ request: inout SIPRequest, on leg: EgressLeg) throws(AdapterError) {
        guard request.method == .invite, request.toTag.isEmpty else { return }
        for (name, value) in added { request.headers[name] = value }
    }
}
