/// One trunk to try, and with what.
public struct TrunkChoice: Hashable, Sendable, Codable {
    /// The name of the trunk.
    public let trunk: String
    /// The called number on this trunk alone; nil leaves the number of the call.
    public let called: PhoneNumber?
    /// The calling number on this trunk alone; nil leaves the number of the call.
    public let calling: PhoneNumber?
    /// When a failure on this trunk moves on to the next choice.
    public let failover: FailoverRule

    /// Joins the parts of a choice.
    public init(
        trunk: String, called: PhoneNumber? = nil, calling: PhoneNumber? = nil, failover: FailoverRule = .standard
    ) {
        self.trunk = trunk
        self.called = called
        self.calling = calling
        self.failover = failover
    }
}
