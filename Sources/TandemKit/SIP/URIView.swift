/// The parts of a URI, borrowed from its message and as written, escapes included (RFC 3261 §19.1, RFC 3966).
@frozen public struct URIView {
    /// The scheme without its colon.
    public let scheme: Bytes
    /// The user of a SIP URI or the number of a tel URI; empty when absent. All of the rest for other schemes.
    public let user: Bytes
    /// The password of a SIP URI; empty when absent.
    public let password: Bytes
    /// The host, an IPv6 address with its brackets; empty for other schemes than sip and sips.
    public let host: Bytes
    /// What follows the first `;`; empty when there are no parameters.
    public let parameters: Bytes
    /// What follows `?`; empty when there are no headers.
    public let headers: Bytes
    /// The port; 0 when absent.
    public let port: UInt16
    let kind: UInt8
    let marks: UInt8

    /// Whether a port was written.
    var hasPort: Bool { marks & 1 != 0 }
    /// Whether a password was written.
    var hasPassword: Bool { marks & 2 != 0 }

    /// Whether the scheme is `sip`.
    public var isSIP: Bool { kind == 1 }
    /// Whether the scheme is `sips`.
    public var isSIPS: Bool { kind == 2 }
    /// Whether the scheme is `tel`.
    public var isTel: Bool { kind == 3 }

    /// Takes a URI apart; nil when it is malformed.
    public init?(_ uri: Bytes) {
        guard let view = try? URIView.parse(uri) else { return nil }
        self = view
    }

    @inline(__always) init(scheme: Bytes, kind: UInt8, user: Bytes, parameters: Bytes) {
        self.scheme = scheme
        self.kind = kind
        self.user = user
        self.parameters = parameters
        password = Bytes()
        host = Bytes()
        headers = Bytes()
        port = 0
        marks = 0
    }

    @inline(__always) init(scheme: Bytes, kind: UInt8, userInfo: Bytes, host: Bytes, port: UInt16?, rest: URIRest) {
        self.scheme = scheme
        self.kind = kind
        let colon = userInfo.firstIndex(of: 0x3A)
        user = userInfo.prefix(colon ?? userInfo.count)
        password = colon.map { userInfo.suffix(from: $0 + 1) } ?? Bytes()
        marks = (port == nil ? 0 : 1) | (colon == nil ? 0 : 2)
        self.host = host
        self.port = port ?? 0
        parameters = rest.parameters
        headers = rest.headers
    }

    /// The value of a parameter: nil when absent, empty when it has no value.
    public func parameter(named name: StaticString) -> Bytes? {
        var start = 0
        while start < parameters.count {
            let end = parameters.firstIndex(of: 0x3B, from: start) ?? parameters.count
            let parameter = parameters.slice(from: start, count: end - start)
            let equals = parameter.firstIndex(of: 0x3D) ?? parameter.count
            if parameter.prefix(equals).equalsIgnoringCase(name) { return parameter.suffix(from: equals + 1) }
            start = end + 1
        }
        return nil
    }
}

/// What follows the host of a SIP URI.
struct URIRest {
    var parameters = Bytes()
    var headers = Bytes()
}
