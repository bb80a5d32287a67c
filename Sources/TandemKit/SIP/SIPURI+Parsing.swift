extension SIPURI {
    /// Reads a URI; nil when it is malformed.
    public init?(_ text: String) {
        guard let uri = try? SIPURI(parsing: text) else { return nil }
        self = uri
    }

    /// Reads a URI; the error tells what is wrong and where.
    public init(parsing text: String) throws(SIPParseError) {
        self = try text.withBytes { bytes throws(SIPParseError) in try SIPURI(parsing: bytes) }
    }

    /// Reads a URI; the error tells what is wrong and where.
    public init(parsing bytes: Bytes) throws(SIPParseError) {
        let view = try URIView.parse(bytes)
        self.init(scheme: URIScheme(view.scheme.string), host: view.host.string)
        port = view.hasPort ? view.port : nil
        let hasUser = !view.user.isEmpty || !view.password.isEmpty
        rawUser = hasUser ? view.user.string : nil
        rawPassword = view.hasPassword ? view.password.string : nil
        parameters = try Parameters(uriText: view.parameters, style: .uri)
        headers = try Parameters(uriText: view.headers, style: .uriHeader)
    }

    /// Reads a URI that may be anything: what is malformed is kept as it is.
    init(lenient bytes: Bytes) {
        self = (try? SIPURI(parsing: bytes)) ?? SIPURI(unreadable: bytes.string)
    }
}
