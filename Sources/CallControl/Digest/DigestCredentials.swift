/// Who we are to a trunk's peer. Its password is never shown.
public struct DigestCredentials: Sendable, CustomStringConvertible, CustomReflectable {
    /// The user's name.
    public let user: [UInt8]
    /// The only realm that they are for; nil for any that asks.
    public let realm: [UInt8]?
    let password: [UInt8]

    /// Joins the parts.
    public init(user: String, password: String, realm: String? = nil) {
        self.user = Array(user.utf8)
        self.password = Array(password.utf8)
        self.realm = realm.map { Array($0.utf8) }
    }

    /// The user's name, no password.
    public var description: String { String(decoding: user, as: UTF8.self) }
    /// Empty, so that `dump` shows no password either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
