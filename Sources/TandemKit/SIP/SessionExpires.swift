/// The session interval and who refreshes (RFC 4028 §4): `1800;refresher=uac`.
public struct SessionExpires: HeaderValue {
    /// Who sends the refreshes.
    public enum Refresher: String, Hashable, Sendable, Codable {
        /// The side that sent the request.
        case uac
        /// The side that received the request.
        case uas
    }

    /// Session-Expires.
    public static var headerName: HeaderName { .sessionExpires }

    /// The interval in seconds.
    public var seconds: UInt32
    /// `refresher` and others.
    public var parameters: Parameters

    /// An interval in seconds.
    public init(seconds: UInt32, refresher: Refresher? = nil) {
        self.seconds = seconds
        parameters = .ofHeader
        self.refresher = refresher
    }

    /// Reads `seconds;refresher=…`.
    public init(parsing value: Bytes) throws(SIPParseError) {
        let parts = try ParameterizedValue(parsing: value)
        seconds = try parts.seconds()
        parameters = parts.parameters
    }

    /// Who refreshes; nil when it is left to the other side.
    public var refresher: Refresher? {
        get {
            parameters["refresher"].flatMap {
                $0.equalsIgnoringCase("uac") ? .uac : $0.equalsIgnoringCase("uas") ? .uas : nil
            }
        }
        set { parameters["refresher"] = newValue?.rawValue }
    }

    /// The value as it is written.
    public var description: String { "\(seconds)\(parameters)" }
}
