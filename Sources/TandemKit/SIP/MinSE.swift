/// The least session interval that an element accepts (RFC 4028 §5).
public struct MinSE: HeaderValue {
    /// Min-SE.
    public static var headerName: HeaderName { .minSE }

    /// The interval in seconds.
    public var seconds: UInt32
    /// Extensions.
    public var parameters: Parameters

    /// An interval in seconds.
    public init(seconds: UInt32) {
        self.seconds = seconds
        parameters = .ofHeader
    }

    /// Reads `seconds;parameters`.
    public init(parsing value: Bytes) throws(SIPParseError) {
        let parts = try ParameterizedValue(parsing: value)
        seconds = try parts.seconds()
        parameters = parts.parameters
    }

    /// The value as it is written.
    public var description: String { "\(seconds)\(parameters)" }
}
