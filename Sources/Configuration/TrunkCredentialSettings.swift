import TandemKit

/// Who we are to a trunk's peer.
public struct TrunkCredentialSettings: Hashable, Sendable {
    /// The user's name.
    public let user: String
    /// The user's password.
    public let password: Secret
    /// The only realm that is answered; nil for any.
    public let realm: String?

    /// Reads the `credentials` section of a trunk; nil when there is none, or something is wrong with it.
    init?(_ trunk: SectionReader, _ resolver: inout SecretResolver) {
        guard let section = trunk.section("credentials") else { return nil }
        let user = section.read("user", ValueParsers.headerText)
        let password = section.secret("password", &resolver)
        let realm = section.readIfPresent("realm", ValueParsers.headerText)
        guard let user, let password else { return nil }
        self.user = user.value
        self.password = password
        self.realm = realm?.value
    }
}

extension SectionReader {
    /// A secret: a text, or the place where it is; nil when it is missing or can't be had.
    func secret(_ name: String, _ resolver: inout SecretResolver) -> Secret? {
        guard let node = node(name), node.content != .null else {
            refuse(
                name, at: position, "\"\(name)\" is missing",
                remedy: "add \(name): { file: PATH } or \(name): { environment: NAME }")
            return nil
        }
        guard case .scalar(let text) = resolver.resolve(node, path: "\(path).\(name)").content else {
            refuse(
                name, at: node.position, "is \(node.words)",
                remedy: "write { file: PATH } or { environment: NAME }")
            return nil
        }
        return text.isEmpty ? nil : Secret(text)
    }
}
