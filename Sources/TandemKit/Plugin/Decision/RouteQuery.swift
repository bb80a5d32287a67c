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
    /// What was found for the look-ups of this call so far.
    public let findings: Findings

    /// Joins the parts of a query.
    public init(
        call: CallNumber, ingressTrunk: String, called: PhoneNumber, calling: PhoneNumber?, identity: Identity
    ) {
        self.init(
            call: call, ingressTrunk: ingressTrunk, called: called, calling: calling, identity: identity,
            findings: Findings())
    }

    /// Joins the parts of a query that is asked with findings.
    public init(
        call: CallNumber, ingressTrunk: String, called: PhoneNumber, calling: PhoneNumber?, identity: Identity,
        findings: Findings
    ) {
        self.call = call
        self.ingressTrunk = ingressTrunk
        self.called = called
        self.calling = calling
        self.identity = identity
        self.findings = findings
    }
}
