/// Why a request was sent, or why a call failed (RFC 3326): `Q.850;cause=16;text="Terminated"`.
public struct Reason: HeaderValue {
    /// Reason.
    public static var headerName: HeaderName { .reason }

    /// The protocol that the cause belongs to: `SIP`, `Q.850` or another.
    public var `protocol`: String
    /// `cause`, `text` and others.
    public var parameters: Parameters

    /// A reason from its parts.
    public init(protocol: String, cause: UInt16, text: String? = nil) {
        self.protocol = `protocol`
        parameters = .ofHeader
        parameters["cause"] = String(cause)
        if let text {
            parameters.append(.init(name: "text", rawValue: QuotedString.quoted(text)))
        }
    }

    /// Reads `protocol;cause=…;text=…`.
    public init(parsing value: Bytes) throws(SIPParseError) {
        let parts = try ParameterizedValue(parsing: value)
        `protocol` = try parts.token("a protocol")
        parameters = parts.parameters
    }

    /// The cause; nil when absent or no number.
    public var cause: UInt16? {
        get { parameters["cause"].flatMap { UInt16($0) } }
        set { parameters["cause"] = newValue.map { String($0) } }
    }

    /// The text; nil when absent.
    public var text: String? { parameters["text"] }

    /// Whether the cause is one of ITU-T Q.850.
    public var isQ850: Bool { `protocol`.equalsIgnoringCase("Q.850") }

    /// The value as it is written.
    public var description: String { "\(`protocol`)\(parameters)" }
}
