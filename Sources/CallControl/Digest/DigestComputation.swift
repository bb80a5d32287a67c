/// The sums of digest authentication (RFC 7616 §3.4.1–§3.4.3), the same for both sides.
struct DigestComputation {
    let hashes: DigestHashes
    let algorithm: DigestAlgorithm
    let protection: DigestProtection
    let nonce: [UInt8]
    /// Eight hexadecimal digits; not used without protection.
    var nonceCount: [UInt8] = []
    /// The client's nonce.
    var clientNonce: [UInt8] = []

    /// `H(user:realm:password)`: what a server keeps in place of a password.
    static func key(
        _ function: DigestAlgorithm.Function, _ hashes: DigestHashes, user: [UInt8], realm: [UInt8], password: [UInt8]
    ) -> [UInt8] {
        hashes.digits(function, joined(user, realm, password))
    }

    /// The response for a request, by the key of its user; empty when this host refuses the function.
    func response(key: [UInt8], method: [UInt8], uri: [UInt8], body: [UInt8]) -> [UInt8] {
        let first = algorithm.isSession ? hash(Self.joined(key, nonce, clientNonce)) : key
        let second =
            protection == .authInt ? hash(Self.joined(method, uri, hash(body))) : hash(Self.joined(method, uri))
        guard !first.isEmpty, !second.isEmpty else { return [] }
        if protection == .none { return hash(Self.joined(first, nonce, second)) }
        let name = protection == .auth ? "auth" : "auth-int"
        return hash(Self.joined(first, nonce, nonceCount, clientNonce, Array(name.utf8), second))
    }

    private func hash(_ bytes: [UInt8]) -> [UInt8] { hashes.digits(algorithm.function, bytes) }

    private static func joined(_ parts: [UInt8]...) -> [UInt8] { Array(parts.joined(separator: [0x3A])) }

    /// A number as eight hexadecimal digits.
    static func count(_ number: UInt32) -> [UInt8] {
        DigestHashes.digits(withUnsafeBytes(of: number.bigEndian) { Array($0) })
    }
}
