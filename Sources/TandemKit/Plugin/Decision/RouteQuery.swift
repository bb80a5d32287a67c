/// What a router is asked: where should this call go?
public struct RouteQuery: Hashable, Sendable, Codable {
    /// The number of the call in this process.
    public let call: CallNumber
    /// The name of the trunk on which the call arrived.
    public let ingressTrunk: String
    /// The called number after all normalizers.
    public let called: PhoneNumber
    /// The calling number after all normalizers; nil when the caller gave none.
    public let calling: PhoneNumber?
    /// Who calls, in canonical form.
    public let identity: Identity

    /// Joins the parts of a query.
    public init(
        call: CallNumber, ingressTrunk: String, called: PhoneNumber, calling: PhoneNumber?, identity: Identity
    ) {
        self.call = call
        self.ingressTrunk = ingressTrunk
        self.called = called
        self.calling = calling
        self.identity = identity
    }
}
