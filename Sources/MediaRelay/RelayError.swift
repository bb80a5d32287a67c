import TandemKit

/// Why the relay did not do what it was asked.
public enum RelayError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no session of this name.
    case unknownSession(String)
    /// The session has no party of this name.
    case unknownParty(String)
    /// A description can't be read.
    case description(SDPError)
    /// An answer came without an offer.
    case noOffer
    /// An answer has fewer or more media than its offer.
    case mediaCount(offered: Int, answered: Int)
    /// An interface has no pair of ports that can be opened; so many of its pairs no session has.
    case noPorts(interface: String, free: Int)
    /// There is no interface of this name.
    case unknownInterface(String)
    /// The relay holds as many sessions as it may.
    case tooManySessions(limit: Int)
    /// A session has as many media as it may.
    case tooManyMedia(limit: Int)
    /// A description is longer than those that fit in a message.
    case descriptionTooLong(limit: Int)
    /// A session's or party's name is longer than it may be.
    case nameTooLong(limit: Int)
    /// The relay takes no new sessions because it is being drained.
    case draining

    /// Whether the description is at fault, so that no other time and no other relay would take it.
    public var isOfDescription: Bool {
        switch self {
        case .description, .mediaCount, .tooManyMedia, .descriptionTooLong: true
        case .unknownSession, .unknownParty, .noOffer, .noPorts, .unknownInterface, .tooManySessions, .nameTooLong,
            .draining:
            false
        }
    }

    /// One sentence with the remedy.
    public var description: String {
        switch self {
        case .unknownSession(let name): "no session `\(name)`: it has ended, or this relay never had it"
        case .unknownParty(let name): "the session has no party `\(name)`"
        case .description(let error): "the description can't be read: \(error)"
        case .noOffer: "an answer without an offer: send the offer first"
        case .mediaCount(let offered, let answered):
            "the answer has \(answered) media where the offer has \(offered): they must be as many (RFC 3264 §6)"
        case .noPorts(let interface, let free) where free > 0:
            "interface `\(interface)` can open no pair of ports, though no session has \(free) of them: other programs do "
                + "(`ss -ulnp` shows which), or too few files may be open; choose another range, or raise the limit"
        case .noPorts(let interface, _):
            "interface `\(interface)` has no pair of ports left: widen its range, or end sessions"
        case .unknownInterface(let name): "no interface `\(name)`: name one that the configuration lists"
        case .tooManySessions(let limit): "\(limit) sessions are as many as this relay may hold"
        case .tooManyMedia(let limit): "a session may have \(limit) media"
        case .descriptionTooLong(let limit): "a description may have \(limit) bytes"
        case .nameTooLong(let limit): "the name of a session or a party may have \(limit) bytes"
        case .draining: "the relay is being drained and takes no new sessions"
        }
    }
}
