import COpenSSL
import Glibc

/// What the TLS connections of one kind have in common: our certificate, whose certificates count, and versions. One for
/// each listener and one for each trunk that we connect to.
///
/// Never changed; other files make another one, and connections keep that which they began with. Shared by all shards.
public final class TLSContext: Sendable {
    /// Our certificate; nil for a client that shows none.
    public let certificate: Certificate?
    /// Whom the peer has to be; nil when that is not for the handshake to say.
    let identity: PeerIdentity?
    let isServer: Bool
    /// What connections to the peer have left; none are kept of peers that connect to us.
    let sessions = TLSSessions()

    /// How long a session can be taken up again, in seconds: no longer do we trust a certificate without looking.
    private static let sessionSeconds = 3_600

    // OpenSSL counts its references and locks what it changes.
    nonisolated(unsafe) let pointer: OpaquePointer

    /// For peers that connect to us.
    public static func server(
        _ credentials: TLSCredentials, clients: ClientCertificates = .none, trust: TLSTrust = .system,
        least: TLSVersion = .tls12
    ) throws(TLSSetupError) -> TLSContext {
        let context = try TLSContext(credentials, identity: nil, isServer: true, least: least)
        if clients != .none {
            try context.trust(trust, namesAuthorities: true)
            // A SIP server is a client as well, and authorities no longer sign for both uses: either will do.
            SSL_CTX_set_purpose(context.pointer, X509_PURPOSE_ANY)
        }
        let mode =
            switch clients {
            case .none: SSL_VERIFY_NONE
            case .asked: SSL_VERIFY_PEER
            case .demanded: SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
            }
        SSL_CTX_set_verify(context.pointer, mode, TLSStream.verify)
        return context
    }

    /// For connections that we open to a peer that has to prove `identity`.
    public static func client(
        identity: PeerIdentity, credentials: TLSCredentials? = nil, trust: TLSTrust = .system,
        least: TLSVersion = .tls12
    ) throws(TLSSetupError) -> TLSContext {
        let context = try TLSContext(credentials, identity: identity, isServer: false, least: least)
        try context.trust(trust, namesAuthorities: false)
        SSL_CTX_set_verify(context.pointer, SSL_VERIFY_PEER, TLSStream.verify)
        return context
    }

    private init(
        _ credentials: TLSCredentials?, identity: PeerIdentity?, isServer: Bool, least: TLSVersion
    ) throws(TLSSetupError) {
        guard let made = SSL_CTX_new(isServer ? TLS_server_method() : TLS_client_method()) else {
            preconditionFailure("no memory for OpenSSL")
        }
        pointer = made
        self.identity = identity
        self.isServer = isServer
        tandem_ctx_set_min_version(made, least == .tls13 ? TLS1_3_VERSION : TLS1_2_VERSION)
        tandem_ctx_set_options(made)
        SSL_CTX_set_timeout(made, Self.sessionSeconds)
        // Servers keep nothing: what is to be known of a session travels in its ticket, sealed by a key of this context, and
        // whatever files come with the next context end it.
        tandem_ctx_set_cache_mode(
            made, isServer ? SSL_SESS_CACHE_OFF : SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL)
        let name = Array("tandem".utf8)
        SSL_CTX_set_session_id_context(made, name, UInt32(name.count))
        if !isServer { SSL_CTX_sess_set_new_cb(made, TLSStream.keepSession) }
        // Nobody sits at a terminal to type a password.
        SSL_CTX_set_default_passwd_cb(made) { _, _, _, _ in -1 }
        do throws(TLSSetupError) {
            certificate = try credentials.map { (files) throws(TLSSetupError) in try Self.load(files, into: made) }
        } catch {
            SSL_CTX_free(made)
            throw error
        }
    }

    deinit { SSL_CTX_free(pointer) }

    // MARK: Files

    private static func load(
        _ files: TLSCredentials, into context: OpaquePointer
    ) throws(TLSSetupError) -> Certificate {
        try checkReadable(files.certificate, .certificate, "the certificate")
        try checkReadable(files.key, .key, "the private key")
        ERR_clear_error()
        guard SSL_CTX_use_certificate_chain_file(context, files.certificate) == 1 else {
            throw fault(
                .certificate, "\(files.certificate) holds no certificate that can be used",
                "write a PEM file there, the certificate first and those of its issuers after it")
        }
        guard SSL_CTX_use_PrivateKey_file(context, files.key, SSL_FILETYPE_PEM) == 1 else {
            let isForeign = ERR_GET_REASON(ERR_peek_error()) == X509_R_KEY_VALUES_MISMATCH
            throw fault(
                .key,
                isForeign
                    ? "the key in \(files.key) is not that of the certificate in \(files.certificate)"
                    : "\(files.key) holds no private key that can be used",
                isForeign ? "name the two files of one pair" : "write an unencrypted PEM key there")
        }
        guard let own = SSL_CTX_get0_certificate(context) else {
            throw fault(.certificate, "\(files.certificate) holds no certificate", "write a PEM file there")
        }
        return Certificate(own)
    }

    private func trust(_ trust: TLSTrust, namesAuthorities: Bool) throws(TLSSetupError) {
        switch trust {
        case .system: SSL_CTX_set_default_verify_paths(pointer)
        case .file(let path):
            try Self.checkReadable(path, .authorities, "the file of authorities")
            ERR_clear_error()
            guard SSL_CTX_load_verify_file(pointer, path) == 1 else {
                throw Self.fault(
                    .authorities, "\(path) holds no certificate of an authority",
                    "write the certificates of those whose signatures count into it, in PEM")
            }
            if namesAuthorities { SSL_CTX_set_client_CA_list(pointer, SSL_load_client_CA_file(path)) }
        }
    }

    private static func checkReadable(
        _ path: String, _ part: TLSSetupError.Part, _ what: String
    ) throws(TLSSetupError) {
        guard access(path, R_OK) != 0 else { return }
        let cause = String(cString: strerror(errno))
        throw TLSSetupError(
            part: part, message: "\(what) \(path) can't be read (\(cause))",
            remedy: "name a file that the user who runs Tandem may read")
    }

    /// With what OpenSSL has said last; empties its queue.
    private static func fault(_ part: TLSSetupError.Part, _ message: String, _ remedy: String) -> TLSSetupError {
        let code = ERR_peek_error()
        ERR_clear_error()
        let cause = code == 0 ? "" : " (\(TLSFailure.words(of: code)))"
        return TLSSetupError(part: part, message: message + cause, remedy: remedy)
    }
}
