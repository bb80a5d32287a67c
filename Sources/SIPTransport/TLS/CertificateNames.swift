public import TandemKit

/// Whom a certificate names, as far as SIP asks (RFC 5922 §7.1).
public struct CertificateNames: Hashable, Sendable, CustomStringConvertible {
    /// The domains of its `sip:` URIs.
    public var domains: [String] = []
    /// Its DNS names, which may begin with `*.`.
    public var hosts: [String] = []
    /// Its IP addresses.
    public var addresses: [IPAddress] = []
    /// Whether it has a subjectAltName at all: then its common name says nothing.
    public var hasAlternatives = false
    /// The last common name of its subject.
    public var commonName: String?

    /// None.
    public init() {}

    /// Takes a `sip:` URI: it names a domain when it has no user (RFC 5922 §7.1); all others name nobody.
    public mutating func add(uri: String) {
        let lower = uri.lowercased()
        guard lower.hasPrefix("sip:") else { return }
        let rest = lower.dropFirst(4).prefix { $0 != ";" && $0 != "?" }
        guard !rest.contains("@"), let host = rest.split(separator: ":").first else { return }
        domains.append(PeerIdentity.canonical(host))
    }

    /// Whether the certificate proves this identity: by a domain of a SIP URI, a DNS name, which may stand for one label by
    /// `*`, and by the common name only when there is no subjectAltName. An address is proved by an address alone.
    public func prove(_ identity: PeerIdentity) -> Bool {
        if let address = identity.address { return addresses.contains(address) }
        guard let name = identity.name, !name.isEmpty else { return false }
        if domains.contains(name) || hosts.contains(where: { Self.pattern($0, covers: name) }) { return true }
        guard !hasAlternatives, let commonName, IPAddress(commonName) == nil else { return false }
        return Self.pattern(commonName, covers: name)
    }

    /// `*.` stands for exactly one label, and has two more behind it at least.
    private static func pattern(_ pattern: String, covers name: String) -> Bool {
        let pattern = PeerIdentity.canonical(pattern)
        guard pattern.hasPrefix("*.") else { return pattern == name }
        let rest = pattern.dropFirst(2)
        guard rest.contains("."), !rest.contains("*"), let dot = name.firstIndex(of: ".") else { return false }
        return dot > name.startIndex && name[name.index(after: dot)...] == rest
    }

    /// All that count, for messages.
    public var description: String {
        var all = domains.map { "sip:\($0)" } + hosts + addresses.map { "\($0)" }
        if !hasAlternatives, let commonName { all.append(commonName) }
        guard !all.isEmpty else { return "nobody" }
        let shown = all.prefix(Self.shownNames).joined(separator: ", ")
        return all.count > Self.shownNames ? "\(shown) and \(all.count - Self.shownNames) more" : shown
    }

    /// The most names that a message tells.
    private static let shownNames = 4
}
