/// What has to be remembered between an offer and its answer, for one leg: a few bytes beside the adapter's own state.
struct SDPMemory: Hashable, Sendable, Codable {
    /// The directions of the offer that we sent, as they were before the hold style changed; empty when it did not.
    var offered: [SDPDirection] = []
    /// Whether the offer that we sent required SRTP where the other side merely offered it.
    var requiredSRTP = false
    /// Whether the peer sent an INVITE without SDP, so that our response offers (RFC 3264 §4).
    var peerAwaitsOffer = false
    /// Whether we sent an INVITE without SDP, so that the peer's response offers.
    var awaitsOffer = false
}
