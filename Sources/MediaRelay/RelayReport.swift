/// What came through a session, media by media and party by party.
public struct RelayReport: Sendable {
    /// One media.
    public struct Media: Sendable {
        /// Towards the first offer's writer, and towards the other; nil when the media was refused.
        public let parties: [Party?]
    }

    /// What came from one party.
    public struct Party: Sendable {
        /// The RTP port.
        public let rtp: MediaPort
        /// The RTCP port.
        public let rtcp: MediaPort
        /// Their numbers and place.
        public let pair: MediaPortPair
    }

    /// The session's name.
    public let name: String
    /// The parties' tags, the first offer's writer first.
    public let tags: [String]
    /// The media in the order of the description.
    public let media: [Media]
}
