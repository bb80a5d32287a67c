import TandemKit

/// Which algorithms a trunk's challenges offer.
public enum DigestOffer: String, CaseIterable, Hashable, Sendable {
    /// SHA-256 and MD5, each in a challenge of its own.
    case all
    /// MD5 alone: for old devices that read the first challenge only.
    case md5
}

/// Who may send requests on a trunk.
public struct TrunkUserSettings: Hashable, Sendable {
    /// One user.
    public struct User: Hashable, Sendable {
        /// The user's name.
        public let user: String
        /// The user's password.
        public let password: Secret
    }

    /// What challenges name.
    public let realm: String
    /// Which algorithms are offered.
    public let algorithms: DigestOffer
    /// The users in the order of the file.
    public let passwords: [User]

    /// Reads `users` and `realm` of a trunk; nil when there are none, or something is wrong with them.
    init?(_ trunk: SectionReader, _ resolver: inout SecretResolver) {
        let realm = trunk.read("realm", ValueParsers.headerText)
        let algorithms = trunk.read("algorithms", ValueParsers.choice(DigestOffer.self))
        guard let node = trunk.node("users"), node.content != .null, let realm, let algorithms else { return nil }
        guard case .map(let entries) = resolver.resolve(node, path: "\(trunk.path).users").content else {
            trunk.refuse(
                "users", at: node.position, "is \(node.words)",
                remedy: "write a map of names, like { alice: { file: alice.secret } }")
            return nil
        }
        var users: [User] = []
        for entry in entries {
            guard case .scalar(let password) = entry.value.content, !password.isEmpty else {
                trunk.refuse(
                    "users.\(entry.key)", at: entry.position, "has no password",
                    remedy: "write { file: PATH } or { environment: NAME } there")
                return nil
            }
            users.append(User(user: entry.key, password: Secret(password)))
        }
        self.realm = realm.value
        self.algorithms = algorithms.value
        passwords = users
    }
}
