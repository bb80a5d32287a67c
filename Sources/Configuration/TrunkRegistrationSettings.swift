import TandemKit
public import Timing

/// How a trunk registers at its peer (RFC 3261 §10.2).
public struct TrunkRegistrationSettings: Hashable, Sendable {
    /// The address of record: `sip:tandem@provider.example`.
    public let address: String
    /// The user part of our Contact.
    public let contactUser: String
    /// For how long a registration is asked for.
    public let expires: TimeInterval
    /// Whether calls are sent to the trunk only while it is registered.
    public let isRequired: Bool
}

/// The `registration` section of a trunk as far as it could be read.
struct TrunkRegistrationDraft {
    private let address: Located<String>?
    private let contactUser: Located<String>?
    private let expires: Located<TimeInterval>
    private let isRequired: Located<Bool>
    private let section: SectionReader

    /// Nil when there is no such section, or something is wrong with it.
    init?(_ trunk: SectionReader) {
        guard let section = trunk.section("registration") else { return nil }
        self.section = section
        address = section.readIfPresent("address", Self.address)
        contactUser = section.readIfPresent("contact-user", Self.user)
        guard let expires = section.duration("expires"), let required = section.read("required", ValueParsers.flag)
        else { return nil }
        self.expires = expires
        isRequired = required
    }

    /// The settings of a trunk with that peer.
    func settings(user: String?, peer: Host) -> TrunkRegistrationSettings? {
        guard let address = address?.value ?? user.map({ "sip:\($0)@\(Self.written(peer))" }) else {
            section.refuse(
                "address", at: section.position, "there is no address, and no user of credentials to make one of",
                remedy: "add address: sip:user@\(peer)")
            return nil
        }
        let own = String(address.dropFirst(4).prefix { $0 != "@" })
        return TrunkRegistrationSettings(
            address: address, contactUser: contactUser?.value ?? own, expires: expires.value,
            isRequired: isRequired.value)
    }

    private static func written(_ host: Host) -> String {
        if case .address(let address) = host, address.isIPv6 { return "[\(address)]" }
        return "\(host)"
    }

    private static func address(_ text: String) throws(ValueFault) -> String {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard text.hasPrefix("sip:"), parts.count == 2, !parts[1].isEmpty, isUser(parts[0].dropFirst(4)),
            parts[1].utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != 0x3C && $0 != 0x3E && $0 != 0x3B && $0 != 0x3F })
        else {
            throw ValueFault(
                message: "\(text.quoted) is no address of record", remedy: "write one like sip:user@provider.example")
        }
        return text
    }

    private static func user(_ text: String) throws(ValueFault) -> String {
        if isUser(text[...]) { return text }
        throw ValueFault(
            message: "\(text.quoted) is no user of a SIP address",
            remedy: "write letters, digits and -_.!~*'()&=+$,;?/ only")
    }

    private static func isUser(_ text: Substring) -> Bool {
        let allowed = Set("-_.!~*'()&=+$,;?/%".utf8)
        return !text.isEmpty
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                    || allowed.contains($0)
            }
    }
}
