/// One value of a Via header field as a Swift value (RFC 3261 §20.42); `ViaView` is the borrowed form.
public struct Via: HeaderValue {
    /// Via.
    public static var headerName: HeaderName { .via }

    /// The transport token as written, such as `UDP`.
    public var transport: String
    /// The host of sent-by, an IPv6 address in brackets.
    public var host: String
    /// The port of sent-by; nil when absent.
    public var port: UInt16?
    /// `branch`, `received`, `rport` and others.
    public var parameters: Parameters

    /// A Via value from its parts.
    public init(transport: TransportProtocol, host: String, port: UInt16? = nil, branch: String) {
        self.transport = "\(transport.viaToken)"
        self.host = host
        self.port = port
        parameters = .ofHeader
        self.branch = branch
    }

    /// Reads one value.
    public init(parsing value: Bytes) throws(SIPParseError) {
        let parsed = try ViaView.parse(value, from: 0)
        let view = parsed.view
        guard parsed.next == value.count else {
            throw SIPParseError(offset: parsed.next, expected: "the end of the value")
        }
        var scanner = ByteScanner(value, from: (value.firstIndex(of: 0x2F) ?? 0) + 1)
        scanner.index = (value.firstIndex(of: 0x2F, from: scanner.index) ?? 0) + 1
        scanner.skipWhitespace()
        transport = scanner.token().string
        host = view.host.string
        port = view.port == 0 ? nil : view.port
        parameters = try Parameters(headerText: value.suffix(from: value.firstIndex(of: 0x3B) ?? value.count))
    }

    /// The branch; nil when absent.
    public var branch: String? {
        get { parameters["branch"] }
        set { parameters["branch"] = newValue }
    }

    /// The value as it is written.
    public var description: String {
        let port = port.map { ":\($0)" } ?? ""
        return "SIP/2.0/\(transport) \(host)\(port)\(parameters)"
    }
}

extension CSeq: HeaderValue {
    /// CSeq.
    public static var headerName: HeaderName { .cseq }

    /// The value as it is written; of a method without a number only the number is known.
    public var description: String { "\(number) \(method.name)" }
}
