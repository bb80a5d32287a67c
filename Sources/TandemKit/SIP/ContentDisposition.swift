/// How a body or a part of one is to be interpreted (RFC 3261 §20.11).
public struct ContentDisposition: HeaderValue {
    /// Content-Disposition.
    public static var headerName: HeaderName { .contentDisposition }

    /// The type: `session`, `render`, `icon`, `alert` or another.
    public var type: String
    /// Parameters such as `handling`.
    public var parameters: Parameters

    /// A disposition without parameters.
    public init(type: String) {
        self.type = type
        parameters = .ofHeader
    }

    /// Reads `type;parameters`.
    public init(parsing value: Bytes) throws(SIPParseError) {
        let parts = try ParameterizedValue(parsing: value)
        type = try parts.token("a disposition type")
        parameters = parts.parameters
    }

    /// Whether a receiver that does not understand the part may ignore it (`handling=optional`).
    public var isOptional: Bool { parameters["handling"]?.equalsIgnoringCase("optional") == true }

    /// The value as it is written.
    public var description: String { "\(type)\(parameters)" }
}
