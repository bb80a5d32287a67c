import Timing

/// Finds out who is silent in a session of a relay that tells nothing by itself: from one answer to `query` to the next.
public struct NGListening: Sendable {
    /// A party's media: who, which, and whether it is RTCP.
    public struct Place: Hashable, Sendable {
        /// The party's tag.
        public let tag: String
        /// The media, from 0.
        public let media: Int
        /// Whether it is RTCP.
        public let isControl: Bool
    }

    private struct Seen: Sendable {
        var packets: Int64
        var since: Timestamp
        var isSilent = false
    }

    private var seen: [Place: Seen] = [:]

    /// Nothing heard yet.
    public init() {}

    /// Takes an answer and says what has changed: who has been silent for `limit`, and who is heard again.
    public mutating func take(
        _ answer: Bencode, limit: TimeInterval, now: Timestamp
    ) -> [(place: Place, isSilent: Bool)] {
        var changes: [(Place, Bool)] = []
        guard case .dictionary(let tags)? = answer["tags"] else { return [] }
        for (tag, party) in tags {
            for (media, entry) in (party["medias"]?.items ?? []).enumerated().prefix(8) {
                for (index, stream) in (entry["streams"]?.items ?? []).enumerated().prefix(2) {
                    let place = Place(tag: tag, media: media, isControl: index == 1)
                    let packets = stream["stats"]?["packets"]?.number ?? 0
                    var known = seen[place] ?? Seen(packets: packets, since: now)
                    if packets != known.packets {
                        known.packets = packets
                        known.since = now
                    }
                    let isSilent = now - known.since >= limit
                    if isSilent != known.isSilent { changes.append((place, isSilent)) }
                    known.isSilent = isSilent
                    seen[place] = known
                }
            }
        }
        return changes
    }
}
