import TandemKit

/// Writes who calls into a request, in the header fields that the trunk's profile names.
///
/// Hosts: a number belongs to whoever serves it, so it's written with our domain towards the trunk; so is every host
/// that is an address. Only a user that is no number keeps its domain.
struct IdentityWriter {
    let identity: Identity
    let trunk: TrunkContext

    private var profile: GatewayProfile { trunk.profile }
    private var domain: String { TrunkContext.bracketed(trunk.facts.domain) }

    /// The value of From without its tag.
    var from: String {
        if identity.privacy.hidesCaller || shown == nil { return "\"Anonymous\" <sip:anonymous@anonymous.invalid>" }
        return address(shown!.number, shown!.host, identity.displayName)
    }

    /// The number From shows: the last diverting party where the profile wants it, else the presented one.
    private var shown: (number: PhoneNumber, host: String)? {
        if profile.showsDiverterInFrom, let last = identity.diversions.last { return (last.number, last.host) }
        if let presented = identity.presented { return (presented, identity.presentedHost) }
        return identity.asserted.map { ($0, identity.assertedHost) }
    }

    /// Adds the identity fields.
    func write(into request: inout SIPRequest, target: String) {
        if profile.relaysIdentity { writeAsserted(into: &request) }
        if identity.privacy.hidesCaller, profile.identity != .remotePartyID, profile.identity != .fromOnly {
            request.headers.append(.privacy, text: "id")
        }
        if profile.relaysDiversions { writeDiversions(into: &request, target: target) }
    }

    private func writeAsserted(into request: inout SIPRequest) {
        guard let number = identity.asserted else { return }
        if identity.privacy.hidesCaller, !profile.relaysAnonymousIdentity { return }
        let value = address(number, identity.assertedHost, identity.displayName)
        switch profile.identity {
        case .pAssertedIdentity: request.headers.append(.pAssertedIdentity, text: value)
        case .pPreferredIdentity: request.headers.append(.pPreferredIdentity, text: value)
        case .remotePartyID:
            let privacy = identity.privacy.hidesCaller ? "full" : "off"
            request.headers.append(.remotePartyID, text: "\(value);party=calling;privacy=\(privacy);screen=yes")
        case .fromOnly: break
        @unknown default: break
        }
    }

    private func writeDiversions(into request: inout SIPRequest, target: String) {
        guard !identity.diversions.isEmpty else { return }
        switch profile.diversion {
        case .none: break
        case .diversion:
            for entry in identity.diversions.reversed() {
                var value = address(entry.number, entry.host, entry.displayName)
                value += ";reason=\(entry.reason.rawValue);counter=\(entry.count)"
                if entry.isPrivate { value += ";privacy=full" }
                request.headers.append(.diversion, text: value)
            }
        case .historyInfo:
            var index = "1"
            for entry in identity.diversions {
                request.headers.append(.historyInfo, text: history(entry, index))
                index += ".1"
            }
            request.headers.append(.historyInfo, text: "<\(target)>;index=\(index)")
        @unknown default: break
        }
    }

    private func history(_ entry: DiversionEntry, _ index: String) -> String {
        var headers = "?Reason=SIP%3Bcause%3D\(Self.cause(of: entry.reason))"
        if entry.isPrivate { headers += "&Privacy=history" }
        let name = entry.displayName.map { "\(Self.quoted($0)) " } ?? ""
        return "\(name)<\(uri(entry.number, entry.host))\(headers)>;index=\(index)"
    }

    private static func cause(of reason: DiversionEntry.Reason) -> Int {
        switch reason {
        case .userBusy: 486
        case .noAnswer: 408
        case .unavailable, .away, .doNotDisturb: 480
        case .outOfService: 503
        case .deflection: 487
        case .unknown, .unconditional, .timeOfDay, .followMe, .transfer: 302
        @unknown default: 302
        }
    }

    private func address(_ number: PhoneNumber, _ host: String, _ displayName: String?) -> String {
        let name = displayName.map { "\(Self.quoted($0)) " } ?? ""
        return "\(name)<\(uri(number, host))>"
    }

    private func uri(_ number: PhoneNumber, _ host: String) -> String {
        let keepsHost = !number.isDialable && !host.isEmpty && !Self.isAddress(host)
        let phone = profile.addsUserPhone && number.isDialable ? ";user=phone" : ""
        return "sip:\(number.userPart)@\(keepsHost ? host : domain)\(phone)"
    }

    private static func isAddress(_ host: String) -> Bool {
        host.utf8.first == UInt8(ascii: "[") || host.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) }
    }

    /// A display name as a quoted string (RFC 3261 §25.1).
    private static func quoted(_ name: String) -> String {
        var quoted = "\""
        for character in name.unicodeScalars where character.value >= 0x20 {
            if character == "\"" || character == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(character)
        }
        return quoted + "\""
    }
}

extension HeaderFields {
    /// Adds a field with a value that was put together as text.
    mutating func append(_ id: HeaderID, text value: String) {
        var value = value
        value.withUTF8 { append(id, Bytes(UnsafeRawBufferPointer($0))) }
    }
}
