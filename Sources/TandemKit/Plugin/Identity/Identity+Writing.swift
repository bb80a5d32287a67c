extension Identity {
    /// The address for From towards a peer with this profile, without a tag.
    ///
    /// An anonymous caller becomes `"Anonymous" <sip:anonymous@anonymous.invalid>` (RFC 3323 §4.1.1.3). A caller that
    /// shows nothing but has an asserted identity is shown by that, since some peers refuse a From without user.
    public func fromAddress(for trunk: TrunkFacts, profile: GatewayProfile) -> String {
        if profile.showsDiverterInFrom, let last = diversions.last {
            return last.address(trunk: trunk, profile: profile)
        }
        guard !isAnonymous else { return "\"Anonymous\" <sip:anonymous@anonymous.invalid>" }
        if let presented { return address(presented, host: presentedHost, trunk: trunk, profile: profile) }
        guard let asserted, profile.relaysIdentity else {
            return "\"Anonymous\" <sip:anonymous@anonymous.invalid>"
        }
        return address(asserted, host: assertedHost, trunk: trunk, profile: profile)
    }

    /// Replaces the identity header fields of a request by those that a peer with this profile expects: everything but
    /// From.
    ///
    /// - Parameters:
    ///   - target: The called number on this leg, the last entry of a History-Info.
    ///   - trunk: Whose domain stands for us.
    public func writeHeaders(
        to request: inout SIPRequest, target: PhoneNumber, trunk: TrunkFacts, profile: GatewayProfile
    ) {
        for name in [
            HeaderID.pAssertedIdentity, .pPreferredIdentity, .remotePartyID, .privacy, .diversion, .historyInfo,
        ] {
            request.headers.removeAll(name)
        }
        let writesIdentity = profile.relaysIdentity && (!isAnonymous || profile.relaysAnonymousIdentity)
        if writesIdentity, let number = asserted {
            let address = address(number, host: assertedHost, trunk: trunk, profile: profile)
            switch profile.identity {
            case .pAssertedIdentity: request.headers.append(.pAssertedIdentity, address)
            case .pPreferredIdentity: request.headers.append(.pPreferredIdentity, address)
            case .remotePartyID:
                let privacy = privacy.hidesCaller ? "full" : "off"
                request.headers.append(.remotePartyID, "\(address);party=calling;screen=yes;privacy=\(privacy)")
            case .fromOnly: break
            }
        }
        writePrivacy(to: &request.headers, profile: profile)
        guard profile.relaysDiversions else { return }
        switch profile.diversion {
        case .diversion: DiversionHeader.write(diversions, to: &request.headers, trunk: trunk, profile: profile)
        case .historyInfo:
            HistoryInfo.write(diversions, target: target, to: &request.headers, trunk: trunk, profile: profile)
        case .none: break
        }
    }

    /// `Privacy: id` for a caller that hides, so that whoever holds an asserted identity keeps it (RFC 3325 §9.3).
    private func writePrivacy(to headers: inout HeaderFields, profile: GatewayProfile) {
        guard profile.identity != .fromOnly else { return }
        var asked = privacy
        // A user agent that hid itself in From asks its trust domain for the same by `id`.
        if asked.contains(.user) {
            asked.remove(.user)
            asked.insert(.id)
        }
        guard !asked.isEmpty else { return }
        headers.append(.privacy, asked.tokens)
    }

    private func address(
        _ number: PhoneNumber, host: String, trunk: TrunkFacts, profile: GatewayProfile
    ) -> String {
        let name = displayName.map { DisplayName.quoted($0) + " " } ?? ""
        let domain = trunk.domain(of: number, host: host)
        return "\(name)<\(number.sipURI(at: domain, profile: profile))>"
    }
}
