/// The hash functions of digest authentication, as who composes the engine has them: nothing here computes one.
public struct DigestHashes: Sendable {
    /// The bytes of a hash of some bytes; empty when this host refuses the function.
    public typealias Function = @Sendable ([UInt8]) -> [UInt8]

    let md5: Function
    let sha256: Function
    let sha512: Function

    /// Joins the functions.
    ///
    /// - Parameter sha512: SHA-512/256.
    public init(md5: @escaping Function, sha256: @escaping Function, sha512: @escaping Function) {
        (self.md5, self.sha256, self.sha512) = (md5, sha256, sha512)
    }

    /// None: no challenge can be answered.
    public static let none = DigestHashes(md5: { _ in [] }, sha256: { _ in [] }, sha512: { _ in [] })

    /// The hash as lower-case hexadecimal digits; empty when this host refuses the function.
    func digits(_ function: DigestAlgorithm.Function, _ bytes: [UInt8]) -> [UInt8] {
        let hash =
            switch function {
            case .md5: md5(bytes)
            case .sha256: sha256(bytes)
            case .sha512: sha512(bytes)
            }
        return Self.digits(hash)
    }

    /// Bytes as lower-case hexadecimal digits.
    static func digits(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }
}
