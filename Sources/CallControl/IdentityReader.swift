import TandemKit

/// Reads who calls out of a request in canonical form (RFC 3261 §20.20, RFC 3323, RFC 3325, RFC 5806, RFC 7044).
enum IdentityReader {
    /// The identity in an INVITE that came from a trunk with this profile. What the profile does not trust stays
    /// unread.
    static func read(_ request: SIPRequest, profile: GatewayProfile) -> Identity {
        var identity = Identity()
        let headers = request.headers
        if let from = NameAddrView(headers.firstValue(of: .from)) { readPresented(from, into: &identity) }
        identity.privacy = privacy(in: headers)
        if profile.relaysIdentity { readAsserted(headers, into: &identity) }
        if profile.relaysDiversions { identity.diversions = DiversionReader.read(headers) }
        return identity
    }

    /// The number in a URI; nil when it has no user or says `anonymous`.
    static func number(in uri: Bytes) -> (number: PhoneNumber, host: String)? {
        guard let view = URIView(uri), !view.user.isEmpty else { return nil }
        let isPhone = view.isTel || view.parameter(named: "user")?.equalsIgnoringCase("phone") ?? false
        var user = view.user.string
        if view.isTel, !view.parameters.isEmpty { user += ";" + view.parameters.string }
        if user.utf8.elementsEqual("anonymous".utf8) { return nil }
        return (PhoneNumber(userPart: user, isPhone: isPhone), view.host.string)
    }

    /// A display name without its quotes and escapes; nil when there is none.
    static func plainName(_ written: Bytes) -> String? {
        if written.isEmpty { return nil }
        guard written[0] == 0x22, written.count >= 2 else { return written.string }
        var plain: [UInt8] = []
        var index = 1
        while index < written.count - 1 {
            if written[index] == 0x5C, index + 1 < written.count - 1 { index += 1 }
            plain.append(written[index])
            index += 1
        }
        return plain.isEmpty ? nil : String(decoding: plain, as: UTF8.self)
    }

    private static func readPresented(_ from: NameAddrView, into identity: inout Identity) {
        identity.displayName = plainName(from.displayName)
        guard let (number, host) = number(in: from.uri) else { return }
        identity.presented = number
        identity.presentedHost = host
    }

    private static func readAsserted(_ headers: HeaderFields, into identity: inout Identity) {
        for id in [HeaderID.pAssertedIdentity, .remotePartyID] {
            var index = headers.firstIndex(of: id)
            while index >= 0 {
                if let address = NameAddrView(headers.valueBytes(at: index)),
                    let (number, host) = number(in: address.uri)
                {
                    identity.asserted = number
                    identity.assertedHost = host
                    if identity.displayName == nil { identity.displayName = plainName(address.displayName) }
                    if id == .remotePartyID { readRemotePartyPrivacy(address, into: &identity) }
                    return
                }
                index = headers.nextIndex(of: id, after: index)
            }
        }
    }

    private static func readRemotePartyPrivacy(_ address: NameAddrView, into identity: inout Identity) {
        guard let privacy = address.parameter(named: "privacy") else { return }
        if privacy.equalsIgnoringCase("full") || privacy.equalsIgnoringCase("uri") { identity.privacy.insert(.id) }
    }

    private static func privacy(in headers: HeaderFields) -> Privacy {
        var privacy: Privacy = []
        let value = headers.firstValue(of: .privacy)
        var start = 0
        while start < value.count {
            let end = value.firstIndex(of: 0x3B, from: start) ?? value.count
            let token = value.slice(from: start, count: end - start).trimmed
            for (name, bit) in privacyTokens where token.equalsIgnoringCase(name) { privacy.insert(bit) }
            start = end + 1
        }
        return privacy
    }

    private static let privacyTokens: [(StaticString, Privacy)] = [
        ("id", .id), ("header", .header), ("session", .session), ("user", .user), ("critical", .critical),
        ("history", .history),
    ]
}
