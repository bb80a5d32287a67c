/// Files with a certificate and its key, in PEM.
public struct TLSCredentials: Hashable, Sendable {
    /// The certificate, followed by those of its issuers up to the one that peers know.
    public var certificate: String
    /// Its private key; may be in the same file.
    public var key: String

    /// Joins the paths.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}

/// Whose signatures count on a peer's certificate.
public enum TLSTrust: Hashable, Sendable {
    /// The authorities that this host trusts.
    case system
    /// Those of a PEM file.
    case file(String)
}

/// Whether peers that connect have to show a certificate.
public enum ClientCertificates: Hashable, Sendable {
    /// They aren't asked.
    case none
    /// They are asked; a certificate that they show has to be good.
    case asked
    /// Without a good one there is no connection.
    case demanded
}

/// The oldest version of TLS that is spoken.
public enum TLSVersion: Hashable, Sendable {
    /// TLS 1.2 (RFC 5246).
    case tls12
    /// TLS 1.3 (RFC 8446).
    case tls13
}

/// Why TLS can't be set up as it is configured.
public struct TLSSetupError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which of the settings is wrong.
    public enum Part: Hashable, Sendable {
        /// The file of the certificate.
        case certificate
        /// The file of its key.
        case key
        /// The file of the authorities.
        case authorities
    }

    /// Which setting is wrong.
    public let part: Part
    /// What is wrong, without a full stop.
    public let message: String
    /// What to do about it, without a full stop.
    public let remedy: String

    /// `message; remedy`.
    public var description: String { "\(message); \(remedy)" }
}
