/// How a vendor writes SRTP keys into SDP.
///
/// In the canonical dialect `RTP/SAVP` with `a=crypto` (RFC 4568) requires SRTP, and `RTP/AVP` with `a=crypto` offers
/// it (RFC 8643).
public enum SRTPForm: String, Hashable, Sendable, Codable, CaseIterable {
    /// As the other side wrote it.
    case asIs = "as-is"
    /// No SRTP: keys are taken out of what merely offers it, and what requires it is refused with 488.
    case off
    /// `RTP/SAVP` only: what offers SRTP requires it towards this vendor, and what has no keys is refused with 488.
    case required
    /// `RTP/AVP` with `a=tcap`, `a=pcfg` and `a=crypto` (RFC 5939): what a Lync Mediation Server writes.
    case capabilityNegotiation = "capability-negotiation"
}
