/// How a vendor writes "on hold" into SDP (RFC 3264 §8.4).
public enum HoldStyle: String, Hashable, Sendable, Codable, CaseIterable {
    /// As the other side wrote it.
    case asIs = "as-is"
    /// `a=sendonly`: the holding side may play music.
    case sendonly
    /// `a=inactive`: nothing flows.
    case inactive
    /// `c=0.0.0.0`, the way of RFC 2543.
    case zeroAddress = "zero-address"
}
