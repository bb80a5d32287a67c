/// Who diverted a call, and why (RFC 5806); the last diversion stands first.
public struct Diversion: HeaderValue {
    /// Diversion.
    public static var headerName: HeaderName { .diversion }

    /// Who diverted the call.
    public var address: NameAddr

    /// A diversion for a reason such as `unconditional`.
    public init(_ address: NameAddr, reason: String? = nil) {
        self.address = address
        self.reason = reason
    }

    /// Reads one value.
    public init(parsing value: Bytes) throws(SIPParseError) { address = try NameAddr(parsing: value) }

    /// Why: `unknown`, `user-busy`, `no-answer`, `unavailable`, `unconditional`, …; nil when absent.
    public var reason: String? {
        get { address.parameters["reason"] }
        set { address.parameters["reason"] = newValue }
    }

    /// How many diversions this value stands for; nil when absent or no number.
    public var counter: Int? {
        get { address.parameters["counter"].flatMap { Int($0) } }
        set { address.parameters["counter"] = newValue.map { String($0) } }
    }

    /// How many diversions are allowed; nil when absent or no number.
    public var limit: Int? {
        get { address.parameters["limit"].flatMap { Int($0) } }
        set { address.parameters["limit"] = newValue.map { String($0) } }
    }

    /// `full`, `name`, `uri` or `off`; nil when absent.
    public var privacy: String? {
        get { address.parameters["privacy"] }
        set { address.parameters["privacy"] = newValue }
    }

    /// `yes` or `no`; nil when absent.
    public var screen: String? {
        get { address.parameters["screen"] }
        set { address.parameters["screen"] = newValue }
    }

    /// The value as it is written.
    public var description: String { address.description }
}
