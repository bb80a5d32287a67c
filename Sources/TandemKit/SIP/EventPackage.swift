/// The event package of a subscription (RFC 6665 §8.2.1): `refer;id=93809824`.
public struct EventPackage: HeaderValue {
    /// Event.
    public static var headerName: HeaderName { .event }

    /// The package with its templates, such as `presence.winfo`.
    public var package: String
    /// `id` and others.
    public var parameters: Parameters

    /// A package without parameters.
    public init(package: String) {
        self.package = package
        parameters = .ofHeader
    }

    /// Reads one value.
    public init(parsing value: Bytes) throws(SIPParseError) {
        let parts = try ParameterizedValue(parsing: value)
        package = try parts.token("an event package")
        parameters = parts.parameters
    }

    /// The value as it is written.
    public var description: String { "\(package)\(parameters)" }
}
