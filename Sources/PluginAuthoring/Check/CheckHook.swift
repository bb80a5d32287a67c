import TandemKit

/// One function of a plugin that the core calls.
enum CheckHook: String, Codable, CaseIterable {
    case ingressRequest = "ingress-request"
    case ingressResponse = "ingress-response"
    case egressRequest = "egress-request"
    case egressResponse = "egress-response"
    case normalize
    case route
    case observe

    /// The hooks of a role.
    static func all(of role: PluginRole) -> [CheckHook] {
        switch role {
        case .adapter: [.ingressRequest, .ingressResponse, .egressRequest, .egressResponse]
        case .normalizer: [.normalize]
        case .router: [.route]
        case .observer: [.observe]
        default: []
        }
    }

    /// The bit with which an adapter says that the hook does anything; empty for the hooks of other roles.
    var adapterHooks: AdapterHooks {
        switch self {
        case .ingressRequest: .ingressRequest
        case .ingressResponse: .ingressResponse
        case .egressRequest: .egressRequest
        case .egressResponse: .egressResponse
        case .normalize, .route, .observe: []
        }
    }

    var takesRequests: Bool { self == .ingressRequest || self == .egressRequest }
}
