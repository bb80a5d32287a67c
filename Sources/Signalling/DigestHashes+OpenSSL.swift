import CallControl
import SIPTransport

extension DigestHashes {
    /// OpenSSL's.
    static let openSSL = DigestHashes(
        md5: MessageDigest.md5, sha256: MessageDigest.sha256, sha512: MessageDigest.sha512Truncated)
}
