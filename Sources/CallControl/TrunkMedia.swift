public import Timing

/// How the media of a trunk's calls are treated.
public struct TrunkMedia: Hashable, Sendable {
    /// Whose packets are taken for those of the trunk's peer; the relay's documentation has the rules.
    public enum Latching: UInt8, Sendable {
        /// The place that its description names.
        case strict
        /// That, or the addresses that the description names or its signalling comes from.
        case known
        /// Any, once, when nobody else has shown up.
        case any
    }

    /// Whether media pass the relay by where the call's other trunk says so, too.
    public var bypasses = false
    /// The relay's interface towards the peer; nil for its first.
    public var interface: String?
    /// Whose packets are let in.
    public var latching = Latching.known
    /// Kinds of media besides audio that pass; all others are refused by port 0.
    public var passes: Set<String> = []
    /// After how long a call is ended whose party sends neither RTP nor RTCP; zero for never.
    public var timeout = TimeInterval.seconds(30)
    /// Whether the peer sends RTCP while a call is active: only then does silence end it.
    public var sendsRTCPWhenActive = true
    /// Whether the peer sends RTCP while a call is held.
    public var sendsRTCPOnHold = true

    /// The defaults.
    public init() {}
}
