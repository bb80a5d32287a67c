/// Where the number stands that a normalizer is to change.
public struct NumberContext: Hashable, Sendable, Codable {
    /// Which party of the call a number belongs to.
    public enum Party: String, Hashable, Sendable, Codable {
        /// Whom the caller wants to reach.
        case called
        /// Who calls.
        case calling
        /// Who passed the call on (History-Info, Diversion).
        case diverting
    }

    /// The number of the call in this process.
    public let call: CallNumber
    /// Whose number it is.
    public let party: Party
    /// The name of the trunk on which the call arrived.
    public let ingressTrunk: String
    /// What was found for the look-ups of this call so far.
    public let findings: Findings

    /// Joins the parts of a context.
    public init(call: CallNumber, party: Party, ingressTrunk: String) {
        self.init(call: call, party: party, ingressTrunk: ingressTrunk, findings: Findings())
    }

    /// Joins the parts of a context with findings.
    public init(call: CallNumber, party: Party, ingressTrunk: String, findings: Findings) {
        self.call = call
        self.party = party
        self.ingressTrunk = ingressTrunk
        self.findings = findings
    }
}
