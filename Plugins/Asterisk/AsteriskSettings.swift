import TandemKit

/// What differs between installations of Asterisk.
struct AsteriskSettings: PluginSettings {
    /// The SIP driver that the trunk uses there.
    enum Driver: String, CaseIterable, Sendable {
        case pjsip = "chan_pjsip"
        case sip = "chan_sip"
    }

    var driver = Driver.pjsip
    var identity = IdentityStyle.pAssertedIdentity
    var diversion = DiversionStyle.diversion
    var srtp = SRTPForm.asIs
    var removesPlus = false

    static var fields: [Field<Self>] {
        [
            .choice("driver", \.driver, "The SIP driver of the trunk; chan_sip speaks neither PRACK nor UPDATE"),
            .choice(
                "identity", \.identity,
                "Which header field says who calls: what send_pai, send_rpid and trust_id_inbound are set to"),
            .choice("diversion", \.diversion, "Which header field says who passed a call on"),
            .choice("srtp", \.srtp, "required for media_encryption=sdes, off without it, as-is when it is optimistic"),
            .bool("removes-plus", \.removesPlus, "Numbers to Asterisk lose a leading +"),
        ]
    }
}
