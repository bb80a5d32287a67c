/// The INVITEs under way inside one dialog, so that two don't cross (RFC 3261 §14).
///
/// The user notes when one begins and when its final response has been sent or received.
public struct InviteGlare: Hashable, Sendable {
    /// Whether an INVITE of ours waits for its final response.
    public var isLocalPending = false
    /// Whether an INVITE of the peer waits for our final response.
    public var isRemotePending = false

    /// None under way.
    public init() {}

    /// What a received INVITE is answered with when it can't be taken now: 491 when one of ours is under way, 500 with
    /// Retry-After when the peer's own is (§14.2). Nil when it can be taken.
    public var refusal: RequestVerdict? {
        if isLocalPending { return .pending }
        return isRemotePending ? .overlapping : nil
    }

    /// Whether an INVITE of ours may be sent now (§14.1).
    public var canSend: Bool { !isLocalPending && !isRemotePending }
}
