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
        if let presented { return address(presented, host: presentedHost, trunk: trunk, profile: profile).string }
        guard let asserted, profile.relaysIdentity else {
            return "\"Anonymous\" <sip:anonymous@anonymous.invalid>"
        }
        return address(asserted, host: assertedHost, trunk: trunk, profile: profile).string
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
        request.headers.removeIdentity()
        if profile.relaysIdentity && (!isAnonymous || profile.relaysAnonymousIdentity), let number = asserted {
            let address = address(number, host: assertedHost, trunk: trunk, profile: profile)
            writeAsserted(address, to: &request.headers, as: profile.identity)
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

    private func writeAsserted(_ address: AddressText, to headers: inout HeaderFields, as style: IdentityStyle) {
        switch style {
        case .pAssertedIdentity: headers.append(.pAssertedIdentity, address)
        case .pPreferredIdentity: headers.append(.pPreferredIdentity, address)
        case .remotePartyID:
            let privacy: StaticString = privacy.hidesCaller ? "full" : "off"
            headers.append(.remotePartyID, atMost: address.sizeMax + 48) { writer in
                address.write(to: &writer)
                writer.put(";party=calling;screen=yes;privacy=")
                writer.put(privacy)
            }
        case .fromOnly: break
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
    ) -> AddressText {
        AddressText(
            displayName: displayName, number: number, host: trunk.domain(of: number, host: host), profile: profile)
    }
}

extension HeaderFields {
    /// Takes every field away that says who calls, From aside.
    fileprivate mutating func removeIdentity() {
        removeAll(.pAssertedIdentity)
        removeAll(.pPreferredIdentity)
        removeAll(.remotePartyID)
        removeAll(.privacy)
        removeAll(.diversion)
        removeAll(.historyInfo)
    }

    fileprivate mutating func append(_ id: HeaderID, _ address: AddressText) {
        append(id, atMost: address.sizeMax) { address.write(to: &$0) }
    }
}
