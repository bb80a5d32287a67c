public import TandemKit
public import Timing

/// How far a call has come.
public enum CallPhase: UInt8, Sendable, Hashable {
    /// Nobody has been rung yet.
    case trying
    /// A callee has been alerted, or early media flows.
    case ringing
    /// The callee has answered; the caller's ACK is awaited.
    case answered
    /// Both sides talk.
    case confirmed
    /// The call is over; transactions still end.
    case ending
}

/// One call as `tandem calls` shows it.
public struct CallSnapshot: Sendable, Hashable {
    /// The call's number.
    public var number: CallNumber
    /// How far it has come.
    public var phase: CallPhase
    /// Whether Tandem proxies the call instead of being both its ends.
    public var isProxied: Bool
    /// The trunk it came from.
    public var ingressTrunk: String
    /// The trunk of the last attempt, or the one that answered; nil before the first attempt.
    public var egressTrunk: String?
    /// The caller's number as received.
    public var from: String
    /// The number the caller has dialled, as received.
    public var to: String
    /// The number sent to the egress trunk; equal to `to` before the first attempt.
    public var sentTo: String
    /// The caller's Call-ID.
    public var callID: String
    /// When the INVITE was received.
    public var startedAt: Timestamp
    /// When the callee answered.
    public var answeredAt: Timestamp?
    /// Its media at the relay, and who wrote their first offer; nil when none pass there.
    public var media: Media?

    /// The media of a call at the relay.
    public struct Media: Sendable, Hashable {
        /// The session's name as far as the engine knows it.
        public var session: MediaSession
        /// The relay's party 0.
        public var firstOfferer: MediaParty
    }
}
