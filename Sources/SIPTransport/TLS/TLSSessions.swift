import COpenSSL
import Synchronization

/// What earlier connections to a peer have left so that the next handshake is shorter (RFC 5077, RFC 8446 §2.2). Bounded;
/// from all shards.
final class TLSSessions: Sendable {
    /// Most sessions that are kept; a server gives two with each handshake.
    static let limit = 8

    // A reference to each is ours.
    private let kept = Mutex<[Int]>([])

    deinit { kept.withLock { for session in $0 { SSL_SESSION_free(OpaquePointer(bitPattern: session)) } } }

    /// Keeps a session, and the reference to it.
    func keep(_ session: OpaquePointer) {
        kept.withLock { kept in
            if kept.count == Self.limit { SSL_SESSION_free(OpaquePointer(bitPattern: kept.removeFirst())) }
            kept.append(Int(bitPattern: session))
        }
    }

    /// Gives the newest to a connection that is about to be made. Those of TLS 1.3 are used once, so that nobody can tell
    /// that two connections are of the same client (RFC 8446 §C.4).
    func use(for ssl: OpaquePointer) {
        kept.withLock { kept in
            while let newest = kept.last, let session = OpaquePointer(bitPattern: newest) {
                let isUsable = SSL_SESSION_is_resumable(session) == 1
                if isUsable { SSL_set_session(ssl, session) }
                if isUsable, SSL_SESSION_get_protocol_version(session) < TLS1_3_VERSION { return }
                kept.removeLast()
                SSL_SESSION_free(session)
                if isUsable { return }
            }
        }
    }

    /// Forgets all: a handshake that used one has failed.
    func forget() {
        kept.withLock { kept in
            for session in kept { SSL_SESSION_free(OpaquePointer(bitPattern: session)) }
            kept = []
        }
    }
}
