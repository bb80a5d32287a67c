/// Keys for SRTP: the `a=crypto` attribute (RFC 4568).
public struct SDPCrypto: Hashable, Sendable {
    /// One key of an attribute (RFC 4568 §6.1).
    public struct Key: Hashable, Sendable {
        /// The key method: `inline`.
        public var method: String
        /// Master key and salt in base64.
        public var keySalt: String
        /// How many packets the key may protect, as written: `2^31`; nil when not written.
        public var lifetime: String?
        /// The master key identifier and its length in packets, as written: `1:1`; nil when not written.
        public var mki: String?

        /// Joins the parts of a key.
        public init(method: String = "inline", keySalt: String, lifetime: String? = nil, mki: String? = nil) {
            self.method = method
            self.keySalt = keySalt
            self.lifetime = lifetime
            self.mki = mki
        }

        init?(_ text: Substring) {
            guard let colon = text.firstIndex(of: ":") else { return nil }
            method = String(text[..<colon])
            let parts = text[text.index(after: colon)...].split(separator: "|", omittingEmptySubsequences: false)
            guard let first = parts.first, !first.isEmpty, parts.count <= 3 else { return nil }
            keySalt = String(first)
            for part in parts.dropFirst() {
                if part.contains(":") { mki = String(part) } else { lifetime = String(part) }
            }
        }

        var text: String {
            var result = "\(method):\(keySalt)"
            if let lifetime { result += "|\(lifetime)" }
            if let mki { result += "|\(mki)" }
            return result
        }
    }

    /// The number by which an answer names the chosen line.
    public var tag: Int
    /// The crypto suite: `AES_CM_128_HMAC_SHA1_80`.
    public var suite: String
    /// The keys.
    public var keys: [Key]
    /// The session parameters: `UNENCRYPTED_SRTCP`, `KDR=1` and so on.
    public var sessionParameters: [String]

    /// Joins the parts of an attribute.
    public init(tag: Int, suite: String, keys: [Key], sessionParameters: [String] = []) {
        self.tag = tag
        self.suite = suite
        self.keys = keys
        self.sessionParameters = sessionParameters
    }

    /// Reads the value of an `a=crypto`; nil when it is none.
    init?(_ text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count >= 3, let tag = Int(parts[0]), tag >= 0 else { return nil }
        self.tag = tag
        suite = String(parts[1])
        keys = []
        for piece in parts[2].split(separator: ";") {
            guard let key = Key(piece) else { return nil }
            keys.append(key)
        }
        guard !keys.isEmpty else { return nil }
        sessionParameters = parts.dropFirst(3).map(String.init)
    }

    var text: String {
        ([String(tag), suite, keys.map(\.text).joined(separator: ";")] + sessionParameters).joined(separator: " ")
    }

    /// Whether any key carries a master key identifier.
    public var hasMKI: Bool { keys.contains { $0.mki != nil } }
}
