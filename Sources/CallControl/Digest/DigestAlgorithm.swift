import TandemKit

/// One algorithm of digest authentication (RFC 7616 §3.3, RFC 8760 §2.1).
struct DigestAlgorithm: Hashable, Sendable {
    /// The hash function, the weakest first.
    enum Function: UInt8, CaseIterable, Sendable {
        case md5
        case sha256
        /// SHA-512/256.
        case sha512
    }

    let function: Function
    /// Whether the key is bound to the first nonces (`-sess`).
    let isSession: Bool

    init(_ function: Function, isSession: Bool = false) {
        self.function = function
        self.isSession = isSession
    }

    /// Reads the name of a challenge; MD5 where there is none. Nil for one that we don't know.
    init?(named name: [UInt8]?) {
        guard let name else {
            self.init(.md5)
            return
        }
        let known = name.withUnsafeBytes { name in Self.all.first { Bytes(name).equalsIgnoringCase($0.name) } }
        guard let known else { return nil }
        self = known
    }

    private static let all = Function.allCases.flatMap { [Self($0), Self($0, isSession: true)] }

    /// The name as it is written.
    var name: StaticString {
        switch (function, isSession) {
        case (.md5, false): "MD5"
        case (.md5, true): "MD5-sess"
        case (.sha256, false): "SHA-256"
        case (.sha256, true): "SHA-256-sess"
        case (.sha512, false): "SHA-512-256"
        case (.sha512, true): "SHA-512-256-sess"
        }
    }
}

/// What of a request the digest protects (RFC 7616 §3.3).
enum DigestProtection: Sendable {
    /// Method and URI, the way of RFC 2069: neither nonce count nor client nonce.
    case none
    /// Method and URI.
    case auth
    /// Method, URI and body.
    case authInt

    var name: StaticString {
        switch self {
        case .none: ""
        case .auth: "auth"
        case .authInt: "auth-int"
        }
    }
}
