import COpenSSL

/// Hash functions for digest authentication: small inputs, by OpenSSL. From any thread.
public enum MessageDigest {
    /// The 16 bytes of MD5 (RFC 1321); none on a host that refuses it, as one in FIPS mode.
    public static func md5(_ bytes: [UInt8]) -> [UInt8] { hash(bytes, EVP_md5(), 16) }

    /// The 32 bytes of SHA-256 (FIPS 180-4).
    public static func sha256(_ bytes: [UInt8]) -> [UInt8] { hash(bytes, EVP_sha256(), 32) }

    /// The 32 bytes of SHA-512/256 (FIPS 180-4).
    public static func sha512Truncated(_ bytes: [UInt8]) -> [UInt8] { hash(bytes, EVP_sha512_256(), 32) }

    private static func hash(_ bytes: [UInt8], _ function: OpaquePointer?, _ count: Int) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: count)
        return EVP_Digest(bytes, bytes.count, &digest, nil, function, nil) == 1 ? digest : []
    }
}
