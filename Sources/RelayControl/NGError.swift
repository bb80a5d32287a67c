import MediaRelay
import TandemKit

/// Why a command of the NG protocol was refused.
public enum NGError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The message has no cookie in front.
    case noCookie
    /// What follows the cookie is no dictionary.
    case encoding(BencodeError)
    /// A key is missing or of the wrong kind.
    case key(String, expected: String)
    /// The command isn't one of ours.
    case unknownCommand(String)
    /// A description can't be read.
    case description(SDPError)
    /// The relay refused.
    case relay(RelayError)

    /// One sentence.
    public var description: String {
        switch self {
        case .noCookie: "expected a cookie, a space and a dictionary"
        case .encoding(let error): "not a bencoded dictionary: \(error)"
        case .key(let key, let expected): "expected the key `\(key)` with \(expected)"
        case .unknownCommand(let name):
            "no command `\(name)`; there are ping, offer, answer, delete, query, list, statistics"
        case .description(let error): "the description can't be read: \(error)"
        case .relay(let error): error.description
        }
    }
}
