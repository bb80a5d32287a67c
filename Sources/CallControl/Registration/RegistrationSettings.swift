/// How a trunk is registered at its peer.
public struct RegistrationSettings: Hashable, Sendable {
    /// The address of record: `sip:tandem@provider.example`.
    public var address: String
    /// For how many seconds a binding is asked for.
    public var expires: UInt32
    /// Whether calls are sent to the trunk only while it is registered.
    public var isRequired: Bool

    /// Joins the parts.
    public init(address: String, expires: UInt32 = 3600, isRequired: Bool = true) {
        self.address = address
        self.expires = expires
        self.isRequired = isRequired
    }

    /// The registrar: the address without its user (RFC 3261 §10.2).
    var registrar: String {
        guard let at = address.lastIndex(of: "@"), let colon = address.firstIndex(of: ":") else { return address }
        return String(address[...colon] + address[address.index(after: at)...])
    }
}

/// What is known about a trunk's registration.
public struct RegistrationReport: Hashable, Sendable {
    /// Whether the peer knows where we are.
    public enum State: Hashable, Sendable {
        /// No answer came yet.
        case trying
        /// It does.
        case registered
        /// It was refused, or nobody has answered.
        case failed
        /// It was taken back.
        case ended
    }

    /// Whether the peer knows where we are.
    public var state: State
    /// Why, in a few words: `answered 403`.
    public var reason: String
    /// Routes that requests to the peer take (Service-Route, RFC 3608), as values of Route.
    public var routes: [[UInt8]]

    /// Joins the parts.
    public init(state: State, reason: String, routes: [[UInt8]] = []) {
        self.state = state
        self.reason = reason
        self.routes = routes
    }
}
