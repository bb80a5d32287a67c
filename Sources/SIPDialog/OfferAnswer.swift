/// Who owes an answer in a dialog (RFC 3264 §4, RFC 6337 §2): the state of the exchange, never the descriptions.
public struct OfferAnswer: Hashable, Sendable {
    /// Whose turn it is.
    @frozen public enum State: UInt8, Hashable, Sendable, CaseIterable {
        /// Nobody owes anything: an offer may be made.
        case idle
        /// Our offer waits for the peer's answer.
        case localOffer
        /// The peer's offer waits for our answer.
        case remoteOffer
    }

    /// What was sent or received.
    @frozen public enum Event: UInt8, Hashable, Sendable, CaseIterable {
        /// We sent an offer.
        case sentOffer
        /// The peer sent an offer.
        case receivedOffer
        /// We sent the answer.
        case sentAnswer
        /// The peer sent the answer.
        case receivedAnswer
        /// The request that carried our offer was refused: all is as before it.
        case offerRefused
        /// We refused the request that carried the peer's offer.
        case refusedOffer
    }

    /// Whether an event fits.
    @frozen public enum Verdict: UInt8, Hashable, Sendable {
        /// It does.
        case accepted
        /// The peer's offer crosses ours: 491 (Request Pending).
        case crossing
        /// The peer's offer comes before our answer to its last one: 500 with a Retry-After of 0 to 10 s.
        case overlapping
        /// It has no offer that it could belong to. A received answer is ignored; one to be sent must not be.
        case outOfPlace
    }

    /// Whose turn it is.
    public private(set) var state = State.idle

    /// Nobody owes anything.
    public init() {}

    /// Takes what was sent or received. The state changes only when it is accepted.
    public mutating func handle(_ event: Event) -> Verdict {
        switch (state, event) {
        case (.idle, .sentOffer):
            state = .localOffer
            return .accepted
        case (.idle, .receivedOffer):
            state = .remoteOffer
            return .accepted
        case (.localOffer, .receivedAnswer), (.localOffer, .offerRefused),
            (.remoteOffer, .sentAnswer), (.remoteOffer, .refusedOffer):
            state = .idle
            return .accepted
        case (.localOffer, .receivedOffer):
            return .crossing
        case (.remoteOffer, .receivedOffer):
            return .overlapping
        case (.idle, .sentAnswer), (.idle, .receivedAnswer), (.idle, .offerRefused), (.idle, .refusedOffer),
            (.localOffer, .sentOffer), (.localOffer, .sentAnswer), (.localOffer, .refusedOffer),
            (.remoteOffer, .sentOffer), (.remoteOffer, .receivedAnswer), (.remoteOffer, .offerRefused):
            return .outOfPlace
        }
    }
}
