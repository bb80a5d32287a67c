import TandemKit

/// What differs between Lync trunks; the names follow Set-CsTrunkConfiguration where it has one.
struct LyncSettings: PluginSettings {
    var srtp = SRTPForm.capabilityNegotiation
    var hold = HoldStyle.asIs
    var forwardsPAI = true
    var forwardsAnonymousPAI = false
    var forwardsCallHistory = true
    var maxEarlyDialogs = 20

    static var fields: [Field<Self>] {
        [
            .choice(
                "srtp", \.srtp,
                "SRTPMode of the trunk: required, off for NotSupported, capability-negotiation for Optional"),
            .choice("hold", \.hold, "How hold is written in offers to Lync; it writes inactive itself and takes any"),
            .bool("forward-pai", \.forwardsPAI, "P-Asserted-Identity passes in both directions (ForwardPAI)"),
            .bool(
                "forward-anonymous-pai", \.forwardsAnonymousPAI,
                "Lync learns the number behind an anonymous call, with Privacy: id (ForwardAnonymousCallGatewayPAI)"),
            .bool(
                "forward-call-history", \.forwardsCallHistory, "Diversions pass in both directions (ForwardCallHistory)"
            ),
            .int(
                "max-early-dialogs", \.maxEarlyDialogs, in: 1...20,
                "How many early dialogs Lync takes (MaxEarlyDialogs)"),
        ]
    }
}
