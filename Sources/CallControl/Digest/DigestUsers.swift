import TandemKit

/// Who may send requests on a trunk: names, and the keys that digest makes of their passwords. Passwords are not kept.
public struct DigestUsers: Sendable, CustomStringConvertible, CustomReflectable {
    /// What the users belong to, as challenges name it.
    public let realm: [UInt8]
    private let keys: [[UInt8]: [DigestAlgorithm.Function: [UInt8]]]

    /// The algorithms that are offered, the best first (RFC 8760 §2.4).
    let functions: [DigestAlgorithm.Function]

    /// Makes the keys of users and their passwords.
    ///
    /// - Parameter isMD5: Whether MD5 is all that is offered: for old devices that read the first challenge alone.
    public init(
        realm: String, _ passwords: [(user: String, password: String)], hashes: DigestHashes, isMD5: Bool = false
    ) {
        functions = isMD5 ? [.md5] : [.sha256, .md5]
        self.realm = Array(realm.utf8)
        var keys: [[UInt8]: [DigestAlgorithm.Function: [UInt8]]] = [:]
        for (user, password) in passwords {
            for function in functions {
                keys[Array(user.utf8), default: [:]][function] = DigestComputation.key(
                    function, hashes, user: Array(user.utf8), realm: Array(realm.utf8), password: Array(password.utf8))
            }
        }
        self.keys = keys
    }

    /// The key of a user; nil for one who is unknown.
    func key(of user: [UInt8], _ function: DigestAlgorithm.Function) -> [UInt8]? { keys[user]?[function] }

    /// How many there are.
    public var description: String { "\(keys.count) users" }
    /// Empty, so that `dump` shows no key.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
