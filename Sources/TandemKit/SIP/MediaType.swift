/// The media type of a body: the value of Content-Type (RFC 3261 §20.15).
public struct MediaType: HeaderValue {
    /// Content-Type.
    public static var headerName: HeaderName { .contentType }

    /// The type, such as `application`.
    public var type: String
    /// The subtype, such as `sdp`.
    public var subtype: String
    /// Parameters such as `boundary`.
    public var parameters: Parameters

    /// Joins a type and a subtype.
    public init(type: String, subtype: String) {
        self.type = type
        self.subtype = subtype
        parameters = .ofHeader
    }

    /// `application/sdp` (RFC 8866).
    public static var sdp: MediaType { MediaType(type: "application", subtype: "sdp") }

    /// Reads `type/subtype;parameters`.
    public init(parsing value: Bytes) throws(SIPParseError) {
        let parts = try ParameterizedValue(parsing: value)
        var scanner = ByteScanner(parts.head)
        type = scanner.token().string
        scanner.skipWhitespace()
        let hasSlash = scanner.skip(0x2F)
        scanner.skipWhitespace()
        subtype = scanner.token().string
        parameters = parts.parameters
        guard hasSlash, !type.isEmpty, !subtype.isEmpty, scanner.isAtEnd else {
            throw SIPParseError(offset: scanner.index, expected: "a type, '/' and a subtype")
        }
    }

    /// Whether this is `type/subtype`, whatever its parameters.
    public func `is`(_ type: String, _ subtype: String) -> Bool {
        self.type.equalsIgnoringCase(type) && self.subtype.equalsIgnoringCase(subtype)
    }

    /// The value as it is written.
    public var description: String { "\(type)/\(subtype)\(parameters)" }
}
