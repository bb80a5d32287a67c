/// How a vendor writes SRTP keys into SDP.
public enum SRTPForm: String, Hashable, Sendable, Codable, CaseIterable {
    /// No SRTP.
    case off
    /// `RTP/SAVP` with `a=crypto` (RFC 4568): SRTP is required.
    case required
    /// `RTP/AVP` with `a=crypto`: opportunistic (RFC 8643).
    case opportunistic
    /// `RTP/AVP` with `a=tcap`, `a=pcfg` and `a=crypto` (RFC 5939): what a Lync Mediation Server sends.
    case capabilityNegotiation = "capability-negotiation"
}
