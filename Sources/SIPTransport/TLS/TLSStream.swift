import COpenSSL
import Glibc
import ShardLoop

/// TLS over a connected TCP socket, by OpenSSL. Whoever made it owns the descriptor. Confined to its shard's thread.
final class TLSStream: ByteStream {
    /// What the verification has found against the peer's certificate.
    fileprivate(set) var fault: TLSFailure?
    /// What the connection was made by.
    let context: TLSContext

    let ssl: OpaquePointer
    private let descriptor: Int32
    /// Whether the handshake is done.
    private(set) var isSecured = false
    /// After a fatal error OpenSSL must not be asked for anything any more.
    private var isBroken = false

    /// A stream that has yet to do its handshake; nil when OpenSSL has no memory for it.
    init?(descriptor: Int32, context: TLSContext) {
        guard let bio = SocketBIO.make(descriptor) else { return nil }
        guard let ssl = SSL_new(context.pointer) else {
            BIO_free(bio)
            return nil
        }
        self.ssl = ssl
        self.descriptor = descriptor
        self.context = context
        SSL_set_bio(ssl, bio, bio)
        SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
        if context.isServer {
            SSL_set_accept_state(ssl)
        } else {
            SSL_set_connect_state(ssl)
            if let name = context.identity?.name { tandem_set_server_name(ssl, name) }
            context.sessions.use(for: ssl)
        }
    }

    deinit { SSL_free(ssl) }

    /// Goes on with the handshake: `moved` once it is done.
    func shakeHands() -> StreamStep {
        ERR_clear_error()
        let result = SSL_do_handshake(ssl)
        guard result != 1 else {
            isSecured = true
            return .moved(0)
        }
        defer { if isBroken { context.sessions.forget() } }
        switch outcome(of: result) {
        case .failed(let failure) where failure.tls == nil: return .failed(TransportFailure(.abandoned))
        case .ended: return .failed(TransportFailure(.abandoned))
        case let step: return step
        }
    }

    /// Whom the peer's certificate names; nil when it has shown none.
    var peerNames: CertificateNames? {
        SSL_get0_peer_certificate(ssl).map { Certificate($0).names }
    }

    /// Whether the handshake was shortened by what an earlier connection has left.
    var isResumed: Bool { SSL_session_reused(ssl) == 1 }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> StreamStep {
        guard !isBroken else { return .ended }
        ERR_clear_error()
        var count = 0
        let result = SSL_read_ex(ssl, buffer.baseAddress, buffer.count, &count)
        return result == 1 ? .moved(count) : outcome(of: result)
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> StreamStep {
        guard !isBroken else { return .failed(.connectionLost) }
        ERR_clear_error()
        var count = 0
        let result = SSL_write_ex(ssl, bytes.baseAddress, bytes.count, &count)
        return result == 1 ? .moved(count) : outcome(of: result)
    }

    var mayHoldMore: Bool { true }

    /// Sends close_notify, if there is room for it, and the end of the TCP stream.
    func endWriting() {
        if isSecured, !isBroken {
            ERR_clear_error()
            SSL_shutdown(ssl)
        }
        shutdown(descriptor, Int32(SHUT_WR))
    }

    private func outcome(of result: Int32) -> StreamStep {
        let code = errno
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .blocked(.read)
        case SSL_ERROR_WANT_WRITE: return .blocked(.write)
        case SSL_ERROR_ZERO_RETURN: return .ended
        case SSL_ERROR_SYSCALL:
            isBroken = true
            return .failed(TransportFailure(errno: code))
        default:
            isBroken = true
            let failure = TLSFailure.fromQueue(.abandoned)
            return .failed(TransportFailure(fault ?? failure))
        }
    }

    /// A server has given us a session.
    static let keepSession: @convention(c) (OpaquePointer?, OpaquePointer?) -> Int32 = { ssl, session in
        guard let own = SSL_get_ex_data(ssl, 0), let session else { return 0 }
        Unmanaged<TLSStream>.fromOpaque(own).takeUnretainedValue().context.sessions.keep(session)
        return 1
    }

    /// OpenSSL's question about each certificate of a chain: adds whom the peer has to be, and keeps what was found.
    static let verify: @convention(c) (Int32, OpaquePointer?) -> Int32 = { isGood, store in
        let index = SSL_get_ex_data_X509_STORE_CTX_idx()
        guard let raw = X509_STORE_CTX_get_ex_data(store, index), let own = SSL_get_ex_data(OpaquePointer(raw), 0),
            let found = X509_STORE_CTX_get_current_cert(store)
        else { return 0 }
        let stream = Unmanaged<TLSStream>.fromOpaque(own).takeUnretainedValue()
        guard isGood == 1 else {
            stream.fault = .verification(X509_STORE_CTX_get_error(store), Certificate(found))
            return 0
        }
        guard let identity = stream.context.identity, X509_STORE_CTX_get_error_depth(store) == 0 else { return 1 }
        let names = Certificate(found).names
        guard !names.prove(identity) else { return 1 }
        stream.fault = .wrongName(names: "\(names)", wanted: "\(identity)")
        X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH)
        return 0
    }
}
