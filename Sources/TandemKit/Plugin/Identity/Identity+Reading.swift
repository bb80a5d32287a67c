extension Identity {
    /// Reads who calls from a request that a peer with this profile sent: From, the asserted identity in whichever
    /// header field the peer uses, Privacy, and the diversions.
    ///
    /// What the profile does not relay is not read: an identity that a peer outside the trust domain asserts is worth
    /// nothing (RFC 3325 §5).
    public init(reading request: SIPRequest, profile: GatewayProfile) {
        storage = IdentityStorage(IdentityFields(reading: request.headers, profile: profile))
    }
}

extension IdentityFields {
    fileprivate init(reading headers: HeaderFields, profile: GatewayProfile) {
        readPresented(headers)
        readPrivacy(headers)
        if profile.relaysIdentity { readAsserted(headers, profile.identity) }
        if profile.relaysDiversions { readDiversions(headers, profile.diversion) }
    }

    private mutating func readPresented(_ headers: HeaderFields) {
        guard let from = NameAddrView(headers.firstValue(of: .from)), let uri = URIView(from.uri) else { return }
        displayName = DisplayName.plain(from.displayName)
        if IdentityFields.isAnonymous(uri) {
            privacy.insert(.user)
            displayName = nil
        } else {
            presented = PhoneNumber(uri: uri)
            presentedHost = uri.host.string
        }
    }

    /// RFC 3323 §4.1.1.3: `sip:anonymous@anonymous.invalid`; many peers write either half alone.
    private static func isAnonymous(_ uri: URIView) -> Bool {
        uri.user.equalsIgnoringCase("anonymous") || uri.host.equalsIgnoringCase("anonymous.invalid")
    }

    private mutating func readPrivacy(_ headers: HeaderFields) {
        var index = headers.firstIndex(of: HeaderID.privacy)
        while index >= 0 {
            for token in headers.value(at: index).split(whereSeparator: { $0 == ";" || $0 == "," || $0 == " " }) {
                privacy.formUnion(Privacy(token: token.lowercased()))
            }
            index = headers.nextIndex(of: HeaderID.privacy, after: index)
        }
    }

    /// Reads the header field that the peer is known to use first, then the other one.
    private mutating func readAsserted(_ headers: HeaderFields, _ style: IdentityStyle) {
        if style == .remotePartyID {
            readRemoteParty(headers)
            if asserted == nil { readAddresses(headers, .pAssertedIdentity) }
        } else {
            readAddresses(headers, .pAssertedIdentity)
            if asserted == nil { readRemoteParty(headers) }
        }
        if asserted == nil, style == .pPreferredIdentity { readAddresses(headers, .pPreferredIdentity) }
    }

    private mutating func take(_ view: NameAddrView) {
        guard let uri = URIView(view.uri), let number = PhoneNumber(uri: uri) else { return }
        if displayName == nil { displayName = DisplayName.plain(view.displayName) }
        // Of a SIP and a tel URI of one person (RFC 3325 §9.1) the first that can be dialled counts.
        if asserted == nil || (asserted?.isDialable == false && number.isDialable) {
            asserted = number
            assertedHost = uri.host.string
        }
    }

    private mutating func readAddresses(_ headers: HeaderFields, _ id: HeaderID) {
        headers.forEachAddress(id) { take($0) }
    }

    private mutating func readRemoteParty(_ headers: HeaderFields) {
        headers.forEachAddress(.remotePartyID) { view in
            if let party = view.parameter(named: "party"), !party.equalsIgnoringCase("calling") { return }
            take(view)
            if let value = view.parameter(named: "privacy"), !value.equalsIgnoringCase("off") {
                privacy.insert(.id)
            }
        }
    }

    private mutating func readDiversions(_ headers: HeaderFields, _ style: DiversionStyle) {
        let diversion = headers.firstIndex(of: HeaderID.diversion) >= 0
        let history = headers.firstIndex(of: HeaderID.historyInfo) >= 0
        if style == .historyInfo ? history : !diversion && history {
            diversions = HistoryInfo.read(headers)
        } else if diversion {
            diversions = DiversionHeader.read(headers)
        }
    }
}

extension Privacy {
    /// A priv-value of RFC 3323 §4.2; empty for one that asks for nothing or isn't known.
    init(token: String) {
        switch token {
        case "id": self = .id
        case "header": self = .header
        case "session": self = .session
        case "user": self = .user
        case "critical": self = .critical
        case "history": self = .history
        default: self = []
        }
    }

    /// The priv-values, joined for a Privacy header field; empty when nothing is asked for.
    var tokens: String {
        var words: [String] = []
        if contains(.id) { words.append("id") }
        if contains(.header) { words.append("header") }
        if contains(.session) { words.append("session") }
        if contains(.user) { words.append("user") }
        if contains(.history) { words.append("history") }
        if contains(.critical) { words.append("critical") }
        return words.joined(separator: ";")
    }
}
