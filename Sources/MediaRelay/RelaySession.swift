import TandemKit
import Timing

/// The media of one call: what its two parties have offered and answered, and the ports between them.
///
/// The first offer's writer is party 0. An offer takes effect when it is made, since early media may flow before its
/// answer; until the answer it can be rolled back (RFC 3264 §4).
final class RelaySession {
    /// Most media of a session; a description may have more lines than a call has media.
    static let mediaLimit = 8

    /// Who answers for a session.
    enum Owner: Hashable {
        /// A connection of signalling. When it ends, another has to adopt the session.
        case connection(UInt64)
        /// A client that has no connection: of it, only commands and media can tell whether it is still there.
        case client
        /// The owner has gone, since then.
        case nobody(since: Timestamp)
    }

    let name: String
    let begun: Timestamp
    var owner: Owner
    /// When the first offer was answered; nil before.
    var answered: Timestamp?
    /// The parties' tags; nil until the second has shown up.
    var tags: (String, String?)
    var streams: [RelayStream] = []
    var lastCommand: Timestamp
    /// The state before the offer that waits for its answer; nil when none does.
    var pending: PendingOffer?

    /// An offer without answer.
    struct PendingOffer {
        let from: Int
        let mediaCount: Int
        let before: [RelayStream]
    }

    init(name: String, tag: String, owner: Owner, now: Timestamp) {
        self.name = name
        self.owner = owner
        begun = now
        tags = (tag, nil)
        lastCommand = now
    }

    /// The party with a tag; nil when it is neither's.
    func party(_ tag: String) -> Int? { tag == tags.0 ? 0 : tag == tags.1 ? 1 : nil }
}
