import TandemKit

/// What an operator can say about a gateway: names and defaults are those of `GatewayProfile`.
struct GenericSettings: PluginSettings {
    var profile = GatewayProfile()
    var stripHeaders: [String] = []
    var addHeaders: [String: String] = [:]

    static var fields: [Field<Self>] { capabilities + media + identity + headers }

    private static var capabilities: [Field<Self>] {
        [
            .bool(
                "accepts-refer", \.profile.acceptsREFER, "The gateway takes REFER; otherwise transfers are re-INVITEs"),
            .bool("accepts-prack", \.profile.acceptsPRACK, "The gateway speaks PRACK (RFC 3262)"),
            .bool("accepts-update", \.profile.acceptsUPDATE, "The gateway takes UPDATE (RFC 3311)"),
            .bool("accepts-delayed-offer", \.profile.acceptsDelayedOffer, "The gateway takes an INVITE without SDP"),
            .bool("accepts-replaces", \.profile.acceptsReplaces, "The gateway takes Replaces in requests to it"),
            .choice("session-timer", \.profile.sessionTimer, "Who refreshes the session (RFC 4028)"),
            .int(
                "session-expires", \.profile.sessionExpires, in: 90...86_400, "The session interval offered, in seconds"
            ),
            .int("min-se", \.profile.minSE, in: 90...86_400, "The smallest session interval taken, in seconds"),
            .bool("collapses-early-dialogs", \.profile.collapsesEarlyDialogs, "The gateway sees one early dialog only"),
            .int(
                "max-early-dialogs", \.profile.maxEarlyDialogs, in: 1...100, "How many early dialogs the gateway takes"),
            .bool("fqdn-contact", \.profile.needsFQDNContact, "Contact names us by domain instead of by address"),
            .string("user-agent", \.profile.userAgent, "The User-Agent and Server that the gateway sees", check: line),
        ]
    }

    private static var media: [Field<Self>] {
        [
            .choice("hold", \.profile.holdStyle, "How hold is written in offers to the gateway"),
            .choice("srtp", \.profile.srtp, "How SRTP is written in offers to the gateway"),
            .bool("accepts-mki", \.profile.acceptsMKI, "The gateway understands master key identifiers"),
            .choice("key-lifetime", \.profile.keyLifetime, "Whether SRTP keys carry a lifetime"),
            .bool("accepts-multipart", \.profile.acceptsMultipart, "Multipart bodies reach the gateway as they are"),
        ]
    }

    private static var identity: [Field<Self>] {
        [
            .choice("identity", \.profile.identity, "Which header field says who calls"),
            .bool("relays-identity", \.profile.relaysIdentity, "Asserted identities pass to and from the gateway"),
            .bool(
                "relays-anonymous-identity", \.profile.relaysAnonymousIdentity,
                "The gateway learns the number behind an anonymous call, with Privacy: id"),
            .choice("diversion", \.profile.diversion, "Which header field says who passed a call on"),
            .bool("relays-diversions", \.profile.relaysDiversions, "Diversions pass to and from the gateway"),
            .bool("shows-diverter-in-from", \.profile.showsDiverterInFrom, "From shows the last diverting party"),
            .bool("removes-plus", \.profile.removesPlus, "Numbers to the gateway lose a leading +"),
            .bool("user-phone", \.profile.addsUserPhone, "Numbers to the gateway carry user=phone"),
        ]
    }

    private static var headers: [Field<Self>] {
        [
            .strings("strip-headers", \.stripHeaders, "Header fields that never reach the gateway", check: changeable),
            .strings(
                "strip-prefixes", \.profile.strippedPrefixes,
                "Header fields whose names begin so never reach the gateway",
                check: prefix),
            .map("add-headers", \.addHeaders, "Header fields added to INVITEs that begin a call") { name, value in
                changeable(name) ?? line(value)
            },
        ]
    }

    /// Header fields without which a message is none, or which the core alone may write.
    private static let protected: Set<HeaderName> = [
        .via, .from, .to, .callID, .cseq, .maxForwards, .contact, .route, .recordRoute, .contentType, .contentLength,
        .require, .proxyRequire,
    ]

    private static func changeable(_ text: String) -> String? {
        guard let name = HeaderName(text) else { return "`\(text)` is no header field name" }
        return protected.contains(name) ? "\(name) is protected: without it the message breaks" : nil
    }

    private static func prefix(_ text: String) -> String? {
        guard HeaderName(text) != nil else { return "`\(text)` begins no header field name" }
        let hit = protected.first { $0.description.lowercased().hasPrefix(text.lowercased()) }
        return hit.map { "`\(text)` would take away \($0), which is protected" }
    }

    private static func line(_ text: String) -> String? {
        text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } ? "holds a control character" : nil
    }
}
