import COpenSSL
import Glibc

/// The socket under a TLS connection, as OpenSSL reads and writes it: OpenSSL's own would raise SIGPIPE when the peer is gone.
/// The descriptor stays its owner's.
enum SocketBIO {
    // Made once, then only read.
    private nonisolated(unsafe) static let method: OpaquePointer = {
        let kind = BIO_get_new_index() | BIO_TYPE_SOURCE_SINK
        guard let method = BIO_meth_new(kind, "socket") else { preconditionFailure("no memory for OpenSSL") }
        BIO_meth_set_read(method) { bio, bytes, count in SocketBIO.read(bio, bytes, count) }
        BIO_meth_set_write(method) { bio, bytes, count in SocketBIO.write(bio, bytes, count) }
        BIO_meth_set_ctrl(method) { bio, command, _, _ in
            switch command {
            case BIO_CTRL_FLUSH: 1
            case BIO_CTRL_EOF: BIO_test_flags(bio, SocketBIO.ended) == 0 ? 0 : 1
            default: 0
            }
        }
        return method
    }()

    /// BIO_FLAGS_IN_EOF.
    private static let ended: Int32 = 0x800

    /// Makes one; OpenSSL owns it.
    static func make(_ descriptor: Int32) -> OpaquePointer? {
        guard let bio = BIO_new(method) else { return nil }
        // Descriptor 0 is one as well, and a null pointer would be none.
        BIO_set_data(bio, UnsafeMutableRawPointer(bitPattern: Int(descriptor) + 1))
        BIO_set_init(bio, 1)
        return bio
    }

    private static func descriptor(_ bio: OpaquePointer?) -> Int32 { Int32(Int(bitPattern: BIO_get_data(bio)) - 1) }

    private static func read(_ bio: OpaquePointer?, _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int32) -> Int32 {
        tandem_bio_clear_retry(bio)
        let moved = recv(descriptor(bio), bytes, Int(count), 0)
        if moved == 0 { BIO_set_flags(bio, ended) }
        if moved < 0, errno == EAGAIN || errno == EINTR { tandem_bio_retry_read(bio) }
        return Int32(moved)
    }

    private static func write(_ bio: OpaquePointer?, _ bytes: UnsafePointer<CChar>?, _ count: Int32) -> Int32 {
        tandem_bio_clear_retry(bio)
        let moved = send(descriptor(bio), bytes, Int(count), Int32(MSG_NOSIGNAL))
        if moved < 0, errno == EAGAIN || errno == EINTR { tandem_bio_retry_write(bio) }
        return Int32(moved)
    }
}
