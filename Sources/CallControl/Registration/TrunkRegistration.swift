/// What a trunk needs to be registered.
public struct TrunkRegistration: Hashable, Sendable {
    /// Under which address, and for how long.
    public var settings: RegistrationSettings
    /// The user part of our Contact: by it requests to the registered place are known.
    public var contactUser: String

    /// Joins the parts.
    public init(settings: RegistrationSettings, contactUser: String) {
        self.settings = settings
        self.contactUser = contactUser
    }
}
