/// Which way media may flow, as seen by whoever wrote the description (RFC 8866 §6.7, RFC 3264 §5.1).
public enum SDPDirection: String, Hashable, Sendable, Codable, CaseIterable {
    /// Both ways: the default.
    case sendrecv
    /// The writer only sends.
    case sendonly
    /// The writer only receives.
    case recvonly
    /// Nothing flows.
    case inactive

    /// Whether the writer sends.
    public var sends: Bool { self == .sendrecv || self == .sendonly }
    /// Whether the writer receives.
    public var receives: Bool { self == .sendrecv || self == .recvonly }

    /// The direction that sends and receives as told.
    public init(sends: Bool, receives: Bool) {
        switch (sends, receives) {
        case (true, true): self = .sendrecv
        case (true, false): self = .sendonly
        case (false, true): self = .recvonly
        case (false, false): self = .inactive
        }
    }

    /// The same flow seen from the other end.
    public var mirrored: SDPDirection { SDPDirection(sends: receives, receives: sends) }

    /// What is left of this direction in an answer to `offer` (RFC 3264 §6.1): nobody sends what the other refuses.
    public func constrained(toAnswer offer: SDPDirection) -> SDPDirection {
        SDPDirection(sends: sends && offer.receives, receives: receives && offer.sends)
    }
}
