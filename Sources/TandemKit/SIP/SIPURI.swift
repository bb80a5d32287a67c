/// A URI of a SIP message: `sip:`, `sips:`, `tel:`, or one of another scheme kept as it is (RFC 3261 §19.1, RFC 3966).
///
/// What is not changed is written as it was read, escapes and letter case included. `==` compares all parts (scheme,
/// host and parameter names without case); `isEquivalent(to:)` is the looser comparison of RFC 3261 §19.1.4.
public struct SIPURI: Sendable, CustomStringConvertible, LosslessStringConvertible {
    /// The scheme.
    public var scheme: URIScheme
    /// The user of a SIP URI or the number of a tel URI as written, escapes included; nil when absent.
    /// For another scheme all that follows the colon.
    public var rawUser: String?
    /// The password as written, escapes included; nil when absent.
    public var rawPassword: String?
    /// The host, an IPv6 address in brackets; empty unless the scheme is `sip` or `sips`.
    public var host: String
    /// The port; nil when absent.
    public var port: UInt16?
    /// The parameters after `;`.
    public var parameters: Parameters
    /// The headers after `?`, each a parameter whose name is the header's.
    public var headers: Parameters

    /// A SIP URI from its decoded parts.
    public init(scheme: URIScheme = .sip, user: String? = nil, host: String, port: UInt16? = nil) {
        self.scheme = scheme
        self.host = host
        self.port = port
        parameters = .ofURI
        headers = Parameters(style: .uriHeader)
        self.user = user
    }

    /// A `tel` URI from a number such as `+14255550100`.
    public init(tel number: String) {
        self.init(scheme: .tel, user: number, host: "")
    }

    /// Keeps text that is no well-formed URI as it is: no scheme, all of it in `rawUser`.
    init(unreadable text: String) {
        self.init(scheme: "", host: "")
        rawUser = text
    }

    /// The user or number, decoded. Setting escapes what has to be.
    public var user: String? {
        get { rawUser.map { PercentCoding.decode($0) ?? $0 } }
        set {
            let isTel = scheme == .tel
            rawUser = newValue.map { user in
                PercentCoding.encode(user) { ByteClass.isURIUser($0) || isTel && $0 == 0x23 }
            }
        }
    }

    /// The password, decoded. Setting escapes what has to be.
    public var password: String? {
        get { rawPassword.map { PercentCoding.decode($0) ?? $0 } }
        set { rawPassword = newValue.map { PercentCoding.encode($0) { ByteClass.isURIPassword($0) } } }
    }

    /// The host as an IP address; nil when it is a name.
    public var hostAddress: IPAddress? { IPAddress(host) }

    /// Whether the URI is `sip`, `sips` or `tel` with all it needs.
    public var isWellFormed: Bool { scheme.isSIP ? !host.isEmpty : scheme == .tel ? rawUser?.isEmpty == false : false }

    /// The URI as it is written.
    public var description: String {
        guard !scheme.text.isEmpty else { return rawUser ?? "" }
        var text = scheme.text + ":"
        if let rawUser {
            text += rawUser
            if let rawPassword { text += ":" + rawPassword }
            if scheme.isSIP { text += "@" }
        }
        text += host
        if let port { text += ":\(port)" }
        text += parameters.description
        if !headers.isEmpty { text += "?" + headers.description }
        return text
    }
}

extension SIPURI: Hashable {
    /// Whether all parts are the same; scheme, host and parameter names are compared without case.
    public static func == (left: SIPURI, right: SIPURI) -> Bool {
        left.scheme == right.scheme && left.rawUser == right.rawUser && left.rawPassword == right.rawPassword
            && left.port == right.port && left.host.equalsIgnoringCase(right.host)
            && left.parameters == right.parameters && left.headers == right.headers
    }

    /// Hashes user, port and host.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(scheme)
        hasher.combine(rawUser)
        hasher.combine(port)
        for byte in host.utf8 { hasher.combine(ByteClass.lowercased(byte)) }
    }
}
