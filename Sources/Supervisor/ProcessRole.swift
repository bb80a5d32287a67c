/// The processes of a Tandem that relays media, in the order in which they start.
public enum ProcessRole: String, CaseIterable, Hashable, Sendable {
    /// Forwards media; it goes on whatever becomes of the other.
    case relay
    /// Makes the calls.
    case signalling
}
