/// Something that happened to a session by itself.
public struct RelayEvent: Hashable, Sendable {
    /// What happened.
    @frozen public enum Kind: Hashable, Sendable {
        /// The party was heard for the first time.
        case firstPacket
        /// The party has been silent for as long as `RelaySessions.Limits.silence`. It may be muted or held: nothing is
        /// ended by this.
        case silent
        /// A silent party is heard again.
        case heardAgain
        /// The session had no owner for too long, or its first offer no answer, and is gone.
        case abandoned
    }

    /// The session's name.
    public let session: String
    /// What happened.
    public let kind: Kind
    /// The party: 0 wrote the first offer.
    public let party: Int
    /// The media's place in the description, from 0.
    public let media: Int
    /// Whether it is about RTCP on a port of its own.
    public let isControl: Bool

    /// Joins what happened and to whom.
    public init(session: String, _ kind: Kind, party: Int = 0, media: Int = 0, isControl: Bool = false) {
        self.session = session
        self.kind = kind
        self.party = party
        self.media = media
        self.isControl = isControl
    }
}
