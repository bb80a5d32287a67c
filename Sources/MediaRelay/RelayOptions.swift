import TandemKit

/// What may be chosen for an offer or an answer.
public struct RelayOptions: Hashable, Sendable {
    /// The name of the interface towards the party that the description goes to; nil keeps the present one, else the
    /// first. By name and not by place: who asks may have read another configuration than the relay.
    public var towards: String?
    /// The interface towards the party that the description came from, as `towards`.
    public var from: String?
    /// Whose packets are taken for those of the description's writer.
    public var latching = LatchPolicy.known
    /// Where the writer's signalling comes from.
    public var signallingAddress: IPAddress?
    /// Whether the `o=` line gets the relay's address too, so that nothing of the writer's network is told.
    public var replacesOrigin = true
    /// Kinds of media besides audio that pass through the relay: `video`. All others are refused by port 0.
    public var passes: Set<String> = []

    /// The usual choices.
    public init() {}
}
