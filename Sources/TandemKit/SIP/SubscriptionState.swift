/// The state of a subscription (RFC 6665 §8.2.3): `active;expires=60`, `terminated;reason=noresource`.
public struct SubscriptionState: HeaderValue {
    /// Subscription-State.
    public static var headerName: HeaderName { .subscriptionState }

    /// `active`, `pending`, `terminated` or another.
    public var state: String
    /// `expires`, `reason`, `retry-after` and others.
    public var parameters: Parameters

    /// A state without parameters.
    public init(state: String) {
        self.state = state
        parameters = .ofHeader
    }

    /// Reads one value.
    public init(parsing value: Bytes) throws(SIPParseError) {
        let parts = try ParameterizedValue(parsing: value)
        state = try parts.token("a subscription state")
        parameters = parts.parameters
    }

    /// Whether the subscription has ended.
    public var isTerminated: Bool { state.equalsIgnoringCase("terminated") }

    /// The value as it is written.
    public var description: String { "\(state)\(parameters)" }
}
