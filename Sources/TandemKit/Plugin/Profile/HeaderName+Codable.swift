extension HeaderName: Codable {
    /// Reads the name as text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let name = HeaderName(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no header field name: \(text)")
        }
        self = name
    }

    /// Writes the name as text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
