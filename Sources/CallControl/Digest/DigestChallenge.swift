import TandemKit

/// One challenge of a 401 or 407 (RFC 7616 §3.3, RFC 3261 §22).
struct DigestChallenge {
    /// Whether a proxy asks (Proxy-Authenticate), not the server that answers.
    let isProxy: Bool
    let realm: [UInt8]
    let nonce: [UInt8]
    let opaque: [UInt8]?
    let algorithm: DigestAlgorithm
    /// Whether the algorithm was named: a server of RFC 2069 does not know the parameter.
    let namesAlgorithm: Bool
    let protection: DigestProtection
    /// Whether only the nonce was too old.
    let isStale: Bool
    /// Whether the user's name is to be hashed.
    let hashesUser: Bool

    /// The longest realm, nonce or opaque that is taken.
    static let textMax = 512
    /// Most challenges of one response that are looked at.
    static let countMax = 16

    /// Reads a challenge; nil for one that can't be answered: another scheme, an algorithm or protection that we don't
    /// know, or what is malformed.
    init?(_ value: Bytes, isProxy: Bool) {
        guard let fields = DigestFields(scheme: value), let realm = fields["realm"], let nonce = fields["nonce"],
            realm.count <= Self.textMax, nonce.count <= Self.textMax,
            (fields["opaque"]?.count ?? 0) <= Self.textMax
        else { return nil }
        let name = fields["algorithm"]
        guard let algorithm = DigestAlgorithm(named: name), let protection = Self.protection(fields["qop"]) else {
            return nil
        }
        // The key of a session needs a client nonce, which RFC 2069 has not.
        guard protection != .none || !algorithm.isSession else { return nil }
        self.isProxy = isProxy
        self.realm = realm
        self.nonce = nonce
        opaque = fields["opaque"]
        self.algorithm = algorithm
        namesAlgorithm = name != nil
        self.protection = protection
        isStale = Self.isTrue(fields["stale"])
        hashesUser = Self.isTrue(fields["userhash"])
    }

    private static func isTrue(_ value: [UInt8]?) -> Bool {
        value?.withUnsafeBytes { Bytes($0).equalsIgnoringCase("true") } ?? false
    }

    /// The protection to use of those offered: `auth` before `auth-int`. Nil when none of them is known.
    private static func protection(_ offered: [UInt8]?) -> DigestProtection? {
        guard let offered else { return DigestProtection.none }
        let names = offered.split { $0 == 0x2C || $0 == 0x20 || $0 == 0x09 }.map { Array($0) }
        func has(_ name: StaticString) -> Bool {
            names.contains { $0.withUnsafeBytes { Bytes($0).equalsIgnoringCase(name) } }
        }
        if has("auth") { return .auth }
        if has("auth-int") { return .authInt }
        return names.isEmpty ? DigestProtection.none : nil
    }

    /// The challenges of a response that are to be answered: of each realm the first that we can, which is the one that
    /// its server prefers (RFC 8760 §2.4).
    static func read(from headers: HeaderFields) -> [DigestChallenge] {
        var found: [DigestChallenge] = []
        var count = 0
        for (id, isProxy) in [(HeaderID.wwwAuthenticate, false), (.proxyAuthenticate, true)] {
            var index = headers.firstIndex(of: id)
            while index >= 0, count < countMax {
                count += 1
                if let challenge = DigestChallenge(headers.valueBytes(at: index), isProxy: isProxy),
                    !found.contains(where: { $0.isProxy == isProxy && $0.realm == challenge.realm })
                {
                    found.append(challenge)
                }
                index = headers.nextIndex(of: id, after: index)
            }
        }
        return found
    }
}
