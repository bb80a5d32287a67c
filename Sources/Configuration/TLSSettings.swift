/// A file that the configuration names.
public struct ConfiguredFile: Hashable, Sendable {
    /// Its path, absolute or relative to the working directory.
    public let path: String
    /// Where it stands in the configuration.
    public let position: SourcePosition
}

/// Whether peers that connect have to show a certificate.
public enum ClientCertificateDemand: String, CaseIterable, Hashable, Sendable {
    /// They aren't asked.
    case none
    /// They are asked, and may show none.
    case ask
    /// Without one there is no connection.
    case require
}

/// The oldest version of TLS that is spoken.
public enum LeastTLSVersion: String, CaseIterable, Hashable, Sendable {
    /// RFC 5246.
    case tls12 = "tls1.2"
    /// RFC 8446.
    case tls13 = "tls1.3"
}

/// By what a request over TLS is known as a trunk's.
public enum TrunkMatch: String, CaseIterable, Hashable, Sendable {
    /// The address it comes from.
    case source
    /// The certificate that the peer has shown.
    case certificate
    /// Both.
    case both
}

/// What a TLS listener shows and asks for.
public struct ListenerTLSSettings: Hashable, Sendable {
    /// Its certificate.
    public let certificate: ConfiguredFile
    /// The key of that.
    public let key: ConfiguredFile
    /// Whether peers have to show a certificate.
    public let clients: ClientCertificateDemand
    /// Whose signatures count on those; nil for the authorities that the host trusts.
    public let authorities: ConfiguredFile?
    /// The oldest version of TLS.
    public let least: LeastTLSVersion
}

/// What a trunk on a TLS listener shows its peer, and asks of it.
public struct TrunkTLSSettings: Hashable, Sendable {
    /// The certificate that the peer is shown when we connect to it.
    public let certificate: ConfiguredFile
    /// The key of that.
    public let key: ConfiguredFile
    /// Whose signatures count on the peer's certificate; nil for the authorities that the host trusts.
    public let authorities: ConfiguredFile?
    /// Whom the peer's certificate has to name: a host name in lower case, or an address.
    public let identity: String
    /// By what a request is known as this trunk's.
    public let match: TrunkMatch
}
