public import SIPTransaction

/// What a request from an unknown source gets.
@frozen public enum UnknownSourceAnswer: Hashable, Sendable {
    /// No answer at all: a scanner learns nothing.
    case drop
    /// A response with this status, 400–699.
    case status(UInt16)
    /// An INVITE gets 100 at once, and whatever it is, 403 half a minute later: a scanner that waits for its answers gets no
    /// further meanwhile.
    case tarpit
}

/// Finds the trunk a request belongs to: by listener, then by the longest matching source prefix.
///
/// Implemented over the configuration; a matcher is a value that is never changed, so every shard may share it.
public protocol TrunkMatcher: Sendable {
    /// The index of the trunk that messages of this flow belong to; nil when the source is unknown.
    func trunk(for flow: Flow) -> Int?
    /// The index of a trunk by its name; nil when there is none.
    func trunk(named name: String) -> Int?
    /// What a request from an unknown source gets.
    var unknownSource: UnknownSourceAnswer { get }
}
