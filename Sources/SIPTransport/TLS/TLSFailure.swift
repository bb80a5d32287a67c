import COpenSSL

/// Why a TLS connection could not be made, or was given up (RFC 5246, RFC 8446, RFC 5922): each says what was wrong in a
/// sentence for people.
public enum TLSFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The peer's certificate counts no more, since the end of this day.
    case expired(certificate: String, day: String)
    /// The peer's certificate doesn't count before this day.
    case notYetValid(certificate: String, day: String)
    /// No authority that is trusted here has signed the peer's certificate.
    case unknownIssuer(certificate: String, issuer: String)
    /// The peer's certificate is signed by nobody but itself, and isn't trusted here.
    case selfSigned(certificate: String)
    /// The peer's certificate is somebody else's.
    case wrongName(names: String, wanted: String)
    /// Something else is wrong with the peer's certificate, in OpenSSL's words.
    case badCertificate(certificate: String, cause: String)
    /// The peer has shown no certificate where one is demanded.
    case noCertificate
    /// The peer and we have no version of TLS in common.
    case noCommonVersion
    /// The peer and we have no cipher in common.
    case noCommonCipher
    /// The peer doesn't speak TLS.
    case notTLS
    /// The handshake took too long.
    case timedOut
    /// The peer ended the connection within the handshake.
    case abandoned
    /// The peer has refused us, in the words of its alert.
    case refused(alert: String)
    /// Nobody has said whom the peer has to be, so that no certificate could prove it.
    case nobodyNamed
    /// Something else, in OpenSSL's words.
    case broken(cause: String)

    /// One sentence without a full stop.
    public var description: String {
        switch self {
        case .expired(let certificate, let day): "the certificate of \(certificate) has expired on \(day)"
        case .notYetValid(let certificate, let day): "the certificate of \(certificate) is not valid before \(day)"
        case .unknownIssuer(let certificate, let issuer):
            "the certificate of \(certificate) has an unknown issuer, \(issuer)"
        case .selfSigned(let certificate): "the certificate of \(certificate) is self-signed and not trusted here"
        case .wrongName(let names, let wanted): "the certificate is of \(names), not of \(wanted)"
        case .badCertificate(let certificate, let cause): "the certificate of \(certificate) is refused: \(cause)"
        case .noCertificate: "the peer has shown no certificate"
        case .noCommonVersion: "no version of TLS in common"
        case .noCommonCipher: "no cipher in common"
        case .notTLS: "the peer does not speak TLS on this port"
        case .timedOut: "the TLS handshake took too long"
        case .abandoned: "the peer ended the connection within the TLS handshake"
        case .refused(let alert): "the peer refused the TLS connection: \(alert)"
        case .nobodyNamed: "no trunk says whom the peer has to be"
        case .broken(let cause): "TLS failed: \(cause)"
        }
    }

    /// What OpenSSL's error queue says. Empties it.
    static func fromQueue(_ fallback: TLSFailure) -> TLSFailure {
        let code = ERR_peek_error()
        defer { ERR_clear_error() }
        guard code != 0 else { return fallback }
        guard ERR_GET_LIB(code) == ERR_LIB_SSL else { return .broken(cause: words(of: code)) }
        let reason = ERR_GET_REASON(code)
        switch reason {
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_NO_PROTOCOLS_AVAILABLE, SSL_R_VERSION_TOO_LOW,
            SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            return .noCommonVersion
        case SSL_R_NO_SHARED_CIPHER: return .noCommonCipher
        case SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST, SSL_R_WRONG_VERSION_NUMBER: return .notTLS
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: return .noCertificate
        case SSL_R_UNEXPECTED_EOF_WHILE_READING: return .abandoned
        case SSL_AD_REASON_OFFSET...(SSL_AD_REASON_OFFSET + 255):
            return .refused(alert: words(ofAlert: reason - SSL_AD_REASON_OFFSET))
        default: return .broken(cause: words(of: code))
        }
    }

    /// What OpenSSL's check of a chain has found.
    static func verification(_ code: Int32, _ certificate: Certificate) -> TLSFailure {
        let title = certificate.title
        switch code {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return .expired(certificate: title, day: Certificate.day(certificate.validUntil))
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return .notYetValid(certificate: title, day: Certificate.day(certificate.validFrom))
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return .unknownIssuer(certificate: title, issuer: certificate.issuer)
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            return .unknownIssuer(certificate: title, issuer: certificate.subject)
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: return .selfSigned(certificate: title)
        default:
            return .badCertificate(
                certificate: title, cause: X509_verify_cert_error_string(Int(code)).map { String(cString: $0) } ?? "")
        }
    }

    /// What an alert says (RFC 8446 §6.2); of those of TLS 1.3 OpenSSL has no words.
    private static func words(ofAlert number: Int32) -> String {
        switch number {
        case TLS13_AD_MISSING_EXTENSION: return "missing extension"
        case TLS13_AD_CERTIFICATE_REQUIRED: return "certificate required"
        default: return SSL_alert_desc_string_long(number).map { String(cString: $0) } ?? "alert \(number)"
        }
    }

    static func words(of code: UInt) -> String {
        ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
